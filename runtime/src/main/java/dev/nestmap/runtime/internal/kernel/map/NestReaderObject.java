/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.memory.Alignment;

/** The object {@code nest_reader.bpf.o} of this jar, loaded for one outer map. */
final class NestReaderObject {
    private final JarObject object;
    private final KernelMap buffers;
    private final int getEntries;
    private final int copyEntries;

    private NestReaderObject(JarObject object) {
        this.object = object;
        this.getEntries = object.program("get_entries");
        this.copyEntries = object.program("copy_entries");
        this.buffers = object.buffers();
    }

    /**
     * Loads the object.
     *
     * @param bufferSize size of a buffer in bytes
     * @param buffers number of buffers
     * @param mostVisits the most hash buckets or array entries that a call visits
     * @throws BpfException if this jar was built without clang, or if the kernel refuses the object
     */
    static NestReaderObject load(KernelMap outer, NestLayout layout, int bufferSize, int buffers, int mostVisits) {
        JarObject object = JarObject.load("nest_reader", "outer", outer, opened -> {
            opened.setBuffers(bufferSize, buffers);
            opened.setConstants(
                    bufferSize,
                    Alignment.align(layout.outerKeySize()),
                    layout.innerKeySize(),
                    layout.valueBytes(),
                    mostVisits);
        });
        try {
            return new NestReaderObject(object);
        } catch (Throwable e) { // even after an Error, nobody else would close the object
            object.close();
            throw e;
        }
    }

    /** The map that contains the buffers. */
    KernelMap buffers() {
        return buffers;
    }

    /** The file descriptor of the program that looks up entries. */
    int getEntries() {
        return getEntries;
    }

    /** The file descriptor of the program that copies whole inner maps. */
    int copyEntries() {
        return copyEntries;
    }

    void close() {
        buffers.close();
        object.close();
    }
}
