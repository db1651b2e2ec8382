"""What the plots of this course need of Matplotlib, drawn as SVG: it stands in where that is not.

Matplotlib and NumPy have no wheels for Python in a browser on PyPI. This package has the part of
Matplotlib's interface that the course uses, in plain Python; it is in the site alone.
"""
