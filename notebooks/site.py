"""Build the course as a static site, in which Python runs in the browser.

    pip install '.[site]' && python notebooks/site.py --out site

Node.js's npm has to be there, which brings Pyodide; see `course_site`.
"""

from course_site import main

if __name__ == "__main__":
    main()
