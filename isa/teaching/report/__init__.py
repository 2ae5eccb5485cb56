"""Reports on an assignment, on the course and for one student: numbers as pure functions of the gradebook's tables, and one static page each.

`gather` reads what is needed; `numbers` holds what is computed of an assignment, `term` what is computed over several; `pictures` draws, `page` makes pages,
`tables` CSV files; `build` puts them together for the command. `pairs` is the page on submissions to read together.
"""
