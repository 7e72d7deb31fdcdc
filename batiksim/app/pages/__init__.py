"""The pages of the app, one file each: what data a page is sent; what it shows is static/NAME.js."""
