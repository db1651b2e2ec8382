/* How long chains of nodes are freed: one after the other, not one inside the other.

mypyc wraps the freeing of each object in these two macros. CPython's own version of them keeps the
objects that have to wait in a list that runs through their headers for the garbage collector, and
compiled nodes have no such header. Here the list runs through their reference counts, which are
not needed any more. */

#pragma once
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef Py_GIL_DISABLED
#define EACH_THREAD_ITS_OWN __thread
#else
#define EACH_THREAD_ITS_OWN
#endif

static EACH_THREAD_ITS_OWN int freeing_depth = 0;
static EACH_THREAD_ITS_OWN PyObject *waiting = NULL;

static void free_those_waiting(void)
{
    freeing_depth++; /* so that those who are freed here leave the list to this loop */
    while (waiting != NULL) {
        PyObject *object = waiting;
        waiting = *(PyObject **)object;
        *(PyObject **)object = NULL; /* a reference count of 0, as before */
        Py_TYPE(object)->tp_dealloc(object);
    }
    freeing_depth--;
}

#undef Py_TRASHCAN_BEGIN
#define Py_TRASHCAN_BEGIN(object, dealloc)                                                         \
    if (freeing_depth >= 50 && Py_TYPE(object)->tp_dealloc == (destructor)(dealloc)) {             \
        *(PyObject **)(object) = waiting;                                                          \
        waiting = (PyObject *)(object);                                                            \
    } else {                                                                                       \
        freeing_depth++;

#undef Py_TRASHCAN_END
#define Py_TRASHCAN_END                                                                            \
        freeing_depth--;                                                                           \
        if (freeing_depth == 0 && waiting != NULL) free_those_waiting();                           \
    }
