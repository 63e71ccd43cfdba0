"""Train says where trainings go, where a cluster was set."""

from unittest.mock import Mock

import pytest
from pages import open_page, texts

from mnist_cnn.errors import StudioError
from mnist_cnn.training import cluster

ADDRESS = "tcp://10.0.0.1:8786"


@pytest.mark.parametrize(
    "lang, view, workers, problem, told",
    [
        ("en", "one", 2, None, "Its workers: 2"),
        ("zh", "one", 0, None, f"正在等待集群 {ADDRESS} 的计算节点"),
        ("en", "series", 0, "cluster.lost", f"The cluster {ADDRESS} cannot be reached. Trainings run on this machine"),
        ("zh", "one", 0, "cluster.empty", f"集群 {ADDRESS} 没有计算节点"),
    ],
)
def test_train_says_where_trainings_go(app_store, monkeypatch, lang, view, workers, problem, told):
    problem = problem and StudioError(problem, address=ADDRESS)
    standing = cluster.Standing(ADDRESS, workers, problem)
    known = Mock(standing=lambda: standing, serves=lambda: problem is None)
    monkeypatch.setattr(cluster, "named", lambda: known)
    assert told in texts(open_page("train", lang=lang, **{"train-view": view}))


def test_without_a_cluster_nothing_is_said_of_one(app_store, monkeypatch):
    monkeypatch.delenv("MNIST_CNN_SCHEDULER", raising=False)
    assert "cluster" not in texts(open_page("train", lang="en"))
