"""The HTTP side: who comes in (sign-in, sessions, guard), and what programs may ask (api)."""
