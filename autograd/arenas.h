/* The memory of a graph is kept for the next graph.

A training step makes thousands of nodes and frees them all. CPython then gives their memory, in
arenas of 1 MiB, back to the operating system, and gets it again page by page in the next step, which
takes a third of the step. Here the last arenas that were freed are kept, and are given out first. */

#pragma once
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if defined(__GNUC__) && !defined(Py_GIL_DISABLED)

#define MOST_ARENAS_KEPT 64

static PyObjectArenaAllocator arenas_of_python;
static void *kept_arenas[MOST_ARENAS_KEPT];
static int kept_arena_count = 0;
static size_t kept_arena_size = 0;
static char arenas_are_busy = 0; /* interpreters of one process may have a lock each */

static void *give_arena(void *context, size_t size)
{
    void *arena = NULL;
    while (__atomic_test_and_set(&arenas_are_busy, __ATOMIC_ACQUIRE)) {
    }
    if (kept_arena_count > 0 && size == kept_arena_size) arena = kept_arenas[--kept_arena_count];
    __atomic_clear(&arenas_are_busy, __ATOMIC_RELEASE);
    return arena != NULL ? arena : arenas_of_python.alloc(arenas_of_python.ctx, size);
}

static void take_arena(void *context, void *arena, size_t size)
{
    int is_kept = 0;
    while (__atomic_test_and_set(&arenas_are_busy, __ATOMIC_ACQUIRE)) {
    }
    if (kept_arena_count < MOST_ARENAS_KEPT && (kept_arena_count == 0 || size == kept_arena_size)) {
        kept_arena_size = size;
        kept_arenas[kept_arena_count++] = arena;
        is_kept = 1;
    }
    __atomic_clear(&arenas_are_busy, __ATOMIC_RELEASE);
    if (!is_kept) arenas_of_python.free(arenas_of_python.ctx, arena, size);
}

__attribute__((constructor)) static void keep_arenas(void)
{
    PyObjectArenaAllocator keeping = {NULL, give_arena, take_arena};
    PyObject_GetArenaAllocator(&arenas_of_python);
    PyObject_SetArenaAllocator(&keeping);
}

#endif
