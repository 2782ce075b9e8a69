/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.map.BulkProgram;
import dev.nestmap.runtime.internal.kernel.map.BundledObject;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The pins of a reader: two programs that read the inner maps of one outer map, and the map with the buffer that they share with Java. */
final class ReaderPins {
    private static final String GET_ENTRIES = "get_entries";
    private static final String COPY_ENTRIES = "copy_entries";
    private static final String BUFFER = "buffer";

    private final KernelPins pins;
    private final Path directory;

    ReaderPins(KernelPins pins, Path directory) {
        this.pins = pins;
        this.directory = directory;
    }

    /** Loads and pins a reader. Whoever may read the pins may write queries to the buffer. */
    void pin(RawMap outer, QueryLayout layout, PinOptions options) {
        try (BundledObject object = BulkProgram.loadToPin(KernelMap.of(outer), layout)) {
            pin(object.program(BulkProgram.PINNED_LOOKUPS), GET_ENTRIES, options);
            pin(object.program(BulkProgram.PINNED_COPIES), COPY_ENTRIES, options);
            KernelMap buffer = object.buffers();
            pins.pin(buffer, directory.resolve(BUFFER), PinPermissions.forReaders(options));
            buffer.close();
        }
    }

    private void pin(int program, String name, PinOptions options) {
        Path path = directory.resolve(name);
        pins.pin(program, path, options, new PinErrors("pinning of program " + name + " at " + path, path));
    }

    /** Whether the pinned programs read this outer map. */
    boolean reads(RawMap outer) {
        int program = find(GET_ENTRIES);
        if (program < 0) {
            return false;
        }
        try {
            return ProgramInfo.of(program).mapIds().contains(outer.id());
        } finally {
            Native.libc().close(program);
        }
    }

    /** Removes the pins. Processes that have opened them keep reading. */
    void remove() {
        List.of(GET_ENTRIES, COPY_ENTRIES, BUFFER).forEach(name -> pins.remove(directory.resolve(name)));
    }

    /** Lets an outer map read by its pinned reader, if there is one. */
    void open(RawMap outer, QueryLayout layout) {
        if (!pins.exists(directory.resolve(GET_ENTRIES))) {
            return;
        }
        Pins.Lock lock = pins.lock(directory, PinOptions.asDeclared());
        if (lock == null) {
            throw failed(
                    "another process, or another handle of this process, uses this reader, which has one buffer: close that one, or"
                            + " let the owner pin a reader for each process (pinReader with another path)");
        }
        try (Undo undo = new Undo(lock::close)) {
            int getEntries = openProgram(GET_ENTRIES);
            undo.add(() -> Native.libc().close(getEntries));
            int copyEntries = openProgram(COPY_ENTRIES);
            undo.add(() -> Native.libc().close(copyEntries));
            RawMap buffer = pins.open(directory.resolve(BUFFER), PinAccess.READ_WRITE);
            if (buffer == null) {
                throw missing(BUFFER);
            }
            undo.add(buffer::close);
            requireMaps(getEntries, outer, buffer);
            requireMaps(copyEntries, outer, buffer);
            KernelMap.of(outer)
                    .readThrough(BulkProgram.pinned(layout, KernelMap.of(buffer), getEntries, copyEntries, () -> {
                        Native.libc().close(getEntries);
                        Native.libc().close(copyEntries);
                        lock.close();
                    }));
            undo.commit();
        }
    }

    private int openProgram(String name) {
        int program = find(name);
        if (program < 0) {
            throw missing(name);
        }
        return program;
    }

    /** Opens a pinned program. Returns -1 if it is not pinned. */
    private int find(String name) {
        Path path = directory.resolve(name);
        PinErrors errors = new PinErrors("opening of the pinned program " + path, path);
        return pins.open(path, KernelPins.Type.PROGRAM, PinAccess.READ_ONLY, errors);
    }

    private BpfException missing(String name) {
        return failed("its pin " + name + " is missing: let the owner pin the reader again");
    }

    private void requireMaps(int program, RawMap outer, RawMap buffer) {
        Set<Integer> used = ProgramInfo.of(program).mapIds();
        if (!used.containsAll(Set.of(outer.id(), buffer.id()))) {
            throw failed(
                    "its programs read another map than the outer map that is pinned beside it, or use another buffer. Perhaps it is"
                            + " being replaced: try again, or let the owner pin the reader again");
        }
    }

    private BpfException failed(String why) {
        return new BpfException("opening of the reader " + directory, why);
    }
}
