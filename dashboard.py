"""What people run: `streamlit run dashboard.py`. The server; each rerun of a page begins in pages/frame/menu.py.

The script that Streamlit reruns must not lie beside `pages/`: it would meet whoever opens a page first after a
start with "Page not found". And `app = st.App(` must stand here as it does: Streamlit reads it, without running it, to
learn that there is an app with a guard, and would serve this file as a bare script otherwise.
"""

from pathlib import Path

import streamlit as st

from pages.frame.sitemap import page_roles
from web import server

app = st.App(
    Path(__file__).parent / "pages" / "frame" / "menu.py",
    routes=server.routes(),
    middleware=server.middleware(page_roles()),
    lifespan=server.lifespan,
)
