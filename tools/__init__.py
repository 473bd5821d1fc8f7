"""Set-up and checks of this repository; the Makefile calls them."""
