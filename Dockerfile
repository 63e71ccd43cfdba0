# The app with the runs that ship with it; the same image is a scheduler and a worker of a cluster, see compose.yaml.
FROM python:3.12-slim

WORKDIR /app
COPY requirements*.txt ./
RUN pip install --no-cache-dir $(printf -- "-r %s " requirements*.txt)
# Nobody in particular, who may write to the two volumes only.
RUN useradd --create-home --uid 1000 studio && mkdir data models && chown studio: data models
COPY mnist_cnn mnist_cnn
COPY .streamlit .streamlit
COPY models shipped
COPY entrypoint.sh LICENSE streamlit_app.py ./

USER studio
VOLUME ["/app/data", "/app/models"]
# Unbuffered, so that the log, where the teacher's code stands, comes at once.
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1
EXPOSE 8501
# A proxy that the environment names is not asked.
HEALTHCHECK --start-period=60s --timeout=5s CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["sh", "entrypoint.sh"]
CMD ["streamlit", "run", "streamlit_app.py", "--server.port", "8501"]
