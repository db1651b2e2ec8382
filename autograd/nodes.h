/* The memory of nodes: those that were made one after the other lie side by side.

A program that holds its last loss until the next one is there, as most do, has two graphs at once.
CPython would put new nodes into the holes of older graphs, ever more scattered with every step: a
step then takes twice as long as the first ones. Here nodes lie in chunks, and a chunk is used again
when all of its nodes are gone. Only if holes would take more than half of the memory, or there is no
more memory, are they filled. One freed node of each class is kept aside, and is the next one made: see
`with_late_reuse` in setup.py.

Chunks belong to slabs, which are mapped one by one, so that they go back to the operating system
when 64 others are empty: `free` would keep them behind whatever was allocated after them. All of
this happens under Python's global lock; without that lock, and on Windows, CPython's own memory is
used. */

#pragma once
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if defined(__GNUC__) && !defined(__MINGW32__) && !defined(Py_GIL_DISABLED)
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_SIZE 16384   /* bytes; a chunk begins at a multiple of this */
#define CHUNK_HEAD 64      /* bytes before the first node */
#define SLAB_CHUNKS 64     /* chunks in a slab, which is 1 MiB */
#define SLAB_SIZE ((size_t)SLAB_CHUNKS * CHUNK_SIZE)
#define MOST_SLABS_KEPT 64 /* empty ones */
#define FEW_HOLES 100000   /* so many, 11 MB, are never worth filling */

struct chunk {
    struct chunk *next, *previous; /* in its list, if it is in one */
    struct chunk *slab;            /* the first chunk of its slab */
    void *holes;                   /* freed nodes: each begins with the address of the next */
    int live;                      /* nodes that are there */
    int used;                      /* places given out since it was empty */
    int is_holed;                  /* whether it is in the list of those with holes */
    int busy;                      /* of the first of a slab: how many of it are not empty */
    void *mapped;                  /* of the first of a slab: where its memory begins */
};
_Static_assert(sizeof(struct chunk) <= CHUNK_HEAD, "a chunk's head has no room for its fields");

static struct chunk *current_chunk = NULL; /* where nodes are made; it is in no list */
static struct chunk *empty_chunks = NULL, *holed_chunks = NULL;
static Py_ssize_t node_size = 0, live_nodes = 0, hole_count = 0;
static int nodes_in_chunk = 0, empty_slabs = 0;

static void put_chunk(struct chunk **list, struct chunk *chunk)
{
    chunk->previous = NULL;
    chunk->next = *list;
    if (*list != NULL) (*list)->previous = chunk;
    *list = chunk;
}

static void take_chunk(struct chunk **list, struct chunk *chunk)
{
    if (chunk->next != NULL) chunk->next->previous = chunk->previous;
    if (chunk->previous != NULL) chunk->previous->next = chunk->next;
    else *list = chunk->next;
}

static struct chunk *chunk_of_slab(struct chunk *slab, int i)
{
    return (struct chunk *)((char *)slab + (size_t)i * CHUNK_SIZE);
}

static int make_slab(void)
{
    void *memory, *mapped = mmap(NULL, SLAB_SIZE + CHUNK_SIZE, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return 0;
    memory = (void *)(((uintptr_t)mapped + CHUNK_SIZE - 1) & ~(uintptr_t)(CHUNK_SIZE - 1));
    for (int i = SLAB_CHUNKS - 1; i >= 0; i--) { /* so that they are taken in order */
        struct chunk *chunk = chunk_of_slab(memory, i);
        memset(chunk, 0, sizeof(struct chunk));
        chunk->slab = memory;
        put_chunk(&empty_chunks, chunk);
    }
    chunk_of_slab(memory, 0)->mapped = mapped;
    empty_slabs++;
    return 1;
}

static struct chunk *next_chunk(void)
{
    struct chunk *chunk;
    int is_holed = hole_count > live_nodes + FEW_HOLES;
    if (empty_chunks == NULL && (is_holed || !make_slab())) {
        chunk = holed_chunks;
        if (chunk == NULL) return NULL;
        take_chunk(&holed_chunks, chunk);
        chunk->is_holed = 0;
        hole_count -= chunk->used - chunk->live;
        return chunk;
    }
    chunk = empty_chunks;
    take_chunk(&empty_chunks, chunk);
    if (chunk->slab->busy++ == 0) empty_slabs--;
    return chunk;
}

static void chunk_is_empty(struct chunk *chunk)
{
    struct chunk *slab = chunk->slab;
    chunk->holes = NULL;
    chunk->used = 0;
    if (chunk == current_chunk) return;
    put_chunk(&empty_chunks, chunk);
    if (--slab->busy > 0) return;
    if (empty_slabs < MOST_SLABS_KEPT) {
        empty_slabs++;
        return;
    }
    for (int i = 0; i < SLAB_CHUNKS; i++) take_chunk(&empty_chunks, chunk_of_slab(slab, i));
    munmap(slab->mapped, SLAB_SIZE + CHUNK_SIZE);
}

static PyObject *node_alloc(PyTypeObject *type, Py_ssize_t items)
{
    struct chunk *chunk = current_chunk;
    void *node;
    if (node_size == 0) {
        node_size = type->tp_basicsize;
        nodes_in_chunk = (int)((CHUNK_SIZE - CHUNK_HEAD) / node_size);
    }
    if (type->tp_basicsize != node_size) return PyType_GenericAlloc(type, items);
    if (chunk == NULL || (chunk->used == nodes_in_chunk && chunk->holes == NULL)) {
        chunk = next_chunk();
        if (chunk == NULL) return PyErr_NoMemory();
        current_chunk = chunk;
    }
    if (chunk->used < nodes_in_chunk) {
        node = (char *)chunk + CHUNK_HEAD + node_size * chunk->used++;
    } else {
        node = chunk->holes;
        chunk->holes = *(void **)node;
    }
    chunk->live++;
    live_nodes++;
    memset(node, 0, (size_t)node_size);
    return PyObject_Init((PyObject *)node, type);
}

static void node_free(void *node)
{
    struct chunk *chunk = (struct chunk *)((uintptr_t)node & ~(uintptr_t)(CHUNK_SIZE - 1));
    if (Py_TYPE((PyObject *)node)->tp_basicsize != node_size) {
        PyObject_Free(node);
        return;
    }
    live_nodes--;
    if (--chunk->live == 0) {
        if (chunk->is_holed) {
            take_chunk(&holed_chunks, chunk);
            chunk->is_holed = 0;
            hole_count -= chunk->used - 1;
        }
        chunk_is_empty(chunk);
        return;
    }
    *(void **)node = chunk->holes;
    chunk->holes = node;
    if (chunk == current_chunk) return;
    if (!chunk->is_holed) {
        put_chunk(&holed_chunks, chunk);
        chunk->is_holed = 1; /* it was full when it was current last: this is its first hole */
    }
    hole_count++;
}

#else
#define node_alloc NULL /* what every class has then */
#define node_free NULL
#endif
