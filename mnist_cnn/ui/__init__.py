"""The interface: pages, charts and words. Only code in here imports Streamlit or Altair."""
