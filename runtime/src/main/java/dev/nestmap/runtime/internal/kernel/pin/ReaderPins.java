/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.BulkProgram;
import dev.nestmap.runtime.internal.kernel.map.BulkProgramConstants;
import dev.nestmap.runtime.internal.kernel.map.BundledBpfObject;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.MapReadByPrograms;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The pins of a reader: the programs that read one outer map and its inner maps, the map with the buffer that they share with Java, and the
 * map with their constants, which describe the outer map. The outer map itself is not pinned there: see {@link MapReadByPrograms}.
 */
record ReaderPins(KernelPins pins, Path directory) {
    private static final String PROGRAM_SUFFIX = "_pinned";

    /**
     * Loads a reader, and then pins it in place of an earlier one. Whoever may read the pins may write queries to the buffer.
     *
     * @param unpinConstants removes the pin of an earlier reader's constants
     * @param pinConstants pins the map with the constants. It is the last pin: a process that finds it finds the others too
     */
    void pin(
            RawMap outer,
            QueryLayout layout,
            PinOptions options,
            Runnable unpinConstants,
            Consumer<RawMap> pinConstants) {
        try (BundledBpfObject object = BulkProgram.loadToPin(KernelMap.of(outer), layout);
                KernelMap buffer = object.buffers();
                KernelMap constants = object.constants()) {
            unpinConstants.run();
            remove();
            try (Undo undo = new Undo(this::remove)) {
                for (String name : BulkProgram.PINNED) {
                    Path path = path(name);
                    PinErrors errors = new PinErrors("pinning of program " + name + " at " + path, path);
                    pins.pin(object.program(name), path, options, errors);
                }
                pins.pin(buffer, directory.resolve(PinNames.READER_BUFFER), DerivedPinPermissions.forReaders(options));
                pinConstants.accept(constants);
                undo.commit();
            }
        }
    }

    /** The pin of a program. */
    private Path path(String program) {
        return directory.resolve(program.replace(PROGRAM_SUFFIX, ""));
    }

    /** Whether a map has the constants of the pinned programs. */
    boolean areConstants(RawMap map) {
        if (!BulkProgramConstants.areIn(map)) {
            return false;
        }
        try (Descriptor program = find(BulkProgram.PINNED.get(0))) {
            return program.fd() >= 0 && ProgramInfo.of(program.fd()).mapIds().contains(map.id());
        }
    }

    /** Removes the pins in the directory. Processes that have opened them keep reading. */
    private void remove() {
        Stream.concat(BulkProgram.PINNED.stream().map(this::path), Stream.of(directory.resolve(PinNames.READER_BUFFER)))
                .forEach(pins::remove);
    }

    /**
     * Opens an outer map through its reader.
     *
     * @param constants the map with the constants
     * @param name name of the outer map
     */
    MapReadByPrograms open(RawMap constants, String name) {
        Pins.Lock lock = pins.lock(directory, PinOptions.defaults());
        if (lock == null) {
            throw failed(
                    Reason.BUSY,
                    Pins.Lock.holder(directory) + " uses this reader, which has one buffer: close that one, or"
                            + " let the owner pin a reader for each process (pinReader with another path)");
        }
        try (Undo undo = new Undo(lock::close)) {
            BulkProgramConstants read = BulkProgramConstants.read(constants, name);
            List<Descriptor> opened = new ArrayList<>();
            undo.add(() -> opened.forEach(Descriptor::close));
            for (String program : BulkProgram.PINNED) {
                opened.add(openProgram(program));
            }
            List<Integer> programs = opened.stream().map(Descriptor::fd).toList();
            RawMap buffer = pins.open(directory.resolve(PinNames.READER_BUFFER), MapAccess.READ_WRITE);
            if (buffer == null) {
                throw missing(PinNames.READER_BUFFER);
            }
            undo.add(buffer::close);
            programs.forEach(program -> requireMaps(program, constants, buffer));
            BulkProgram program = share(read.layout(), KernelMap.of(buffer), programs, () -> {
                opened.forEach(Descriptor::close);
                lock.close();
            });
            return undo.commit(new MapReadByPrograms(read, constants.id(), program));
        }
    }

    private BulkProgram share(QueryLayout layout, KernelMap buffer, List<Integer> programs, Runnable onClose) {
        try {
            return BulkProgram.pinned(layout, buffer, programs, onClose);
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                throw BpfException.of(ErrnoNumbers.EPERM, "opening of the reader " + directory)
                        .because("a user who may read it has frozen its buffer: let the owner pin the reader again")
                        .cause(e)
                        .build();
            }
            throw e;
        }
    }

    private Descriptor openProgram(String name) {
        Descriptor program = find(name);
        if (program.fd() < 0) {
            throw missing(name);
        }
        return program;
    }

    /** Opens a pinned program. Returns a negative descriptor if it is not pinned. */
    private Descriptor find(String name) {
        Path path = path(name);
        PinErrors errors = new PinErrors("opening of the pinned program " + path, path);
        return pins.open(path, KernelPins.Type.PROGRAM, MapAccess.READ_ONLY, errors);
    }

    private BpfException missing(String name) {
        return failed(Reason.NOT_FOUND, "its pin " + name + " is missing: let the owner pin the reader again");
    }

    private void requireMaps(int program, RawMap constants, RawMap buffer) {
        Set<Integer> used = ProgramInfo.of(program).mapIds();
        if (!used.containsAll(Set.of(constants.id(), buffer.id()))) {
            throw failed(
                    Reason.BUSY,
                    "its programs have other constants than those that are pinned beside it, or use another buffer. Perhaps it is"
                            + " being replaced: try again, or let the owner pin the reader again");
        }
    }

    private BpfException failed(Reason reason, String why) {
        return new BpfException(reason, "opening of the reader " + directory, why);
    }
}
