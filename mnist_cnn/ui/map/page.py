"""Map: where the test images lie for a network, and the reader's own digit among them."""

import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import embedding
from mnist_cnn.ui import data_notice, header, run_picker, state, trouble
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.map import computed, mine, scatter

header.show(t("map.title"), t("map.about"))
data_notice.show()
with st.container(horizontal=True, vertical_alignment="bottom"):
    run = run_picker.choose("mapped", t("map.run"))
    kinds = {kind: t(f"map.{kind}") for kind in computed.PROJECTIONS}
    kind = state.choice(st.segmented_control, "projection", t("map.projection"), kinds, kinds.get, required=True)
dataset = datasets.at_hand(run.dataset)
labels = dataset.y_test[: computed.TEST]
try:
    with st.spinner(t("map.reading", count=len(labels))):
        key = computed.key(run, dataset)
        reading = computed.test_reading(key, run, dataset)
except (StudioError, OSError) as error:
    st.error(explain(error), icon=":material/error:")
    raise trouble.PageEnds from error
if not embedding.is_map(reading.hidden):
    st.info(t("map.flat"), icon=":material/info:")
    raise trouble.PageEnds
with st.spinner(t(f"map.{kind}_working")):
    projection = computed.projected(key, kind, reading.hidden)

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True):
    share = f"{projection.share:.0%}" if kind == "pca" else ""
    st.caption(t(f"map.{kind}_about", count=len(labels), units=reading.hidden.shape[1], share=share))
    atlas = computed.atlas(dataset.name, dataset.x_test[: computed.TEST])
    scatter.show(f"{run.id} {kind}", reading, labels, projection.places, atlas)
    st.caption(t("map.help"))
    if run.hyperparameters.views > 1:
        st.caption(t("map.once"))
with right.container(border=True):
    st.fragment(mine.show)(run, dataset, key, kind, projection)
