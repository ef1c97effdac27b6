"""`guidepress preview`: the guide in a browser while it is written, laid out again at every save."""
