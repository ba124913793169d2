"""What people run: `streamlit run dashboard.py`. The server; each rerun of a page begins in pages/shared/menu.py.

The script that Streamlit reruns must not lie beside `pages/`: it would meet whoever opens a page's address first after
a start with "Page not found".
"""

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).parent / "pages" / "shared" / "menu.py")
