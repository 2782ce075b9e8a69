/* SPDX-License-Identifier: Apache-2.0 */

/** Maps in memory, for tests and for programs without a kernel. */
module dev.nestmap.memory {
    requires transitive dev.nestmap.runtime;
    requires dev.nestmap.schema;
    requires static transitive org.jspecify;

    exports dev.nestmap.memory;

    provides dev.nestmap.runtime.internal.backend.MemoryBackend with
            dev.nestmap.memory.heap.HeapBackend;
}
