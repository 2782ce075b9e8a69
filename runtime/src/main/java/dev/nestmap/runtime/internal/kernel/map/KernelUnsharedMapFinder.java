/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.UnsharedMapFinder;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.IteratorOutput;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.schema.program.AttachType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the kernel's reference counts, which no system call returns. The program of {@code map_references.bpf.c} visits all maps of the
 * kernel, in about 0.3 µs each.
 */
final class KernelUnsharedMapFinder implements UnsharedMapFinder {
    private static final String PROGRAM = "find_references";
    private static final String OPERATION = "search for maps that nobody else uses";

    // enum kind in map_references.bpf.c
    private static final int SINGLE_USER = 1;
    private static final int NO_SLEEPABLE_PROGRAM = 2;
    private static final int SLEEPABLE_PROGRAM = 3;

    private static final int FOUND_SIZE = 8;

    /** The id of the outer map. */
    private final int outer;

    /** The descriptor of the program's link, which keeps it loaded. Negative before {@link #load} has created the link. */
    private Descriptor link = new Descriptor(-1);

    private KernelUnsharedMapFinder(int outer) {
        this.outer = outer;
    }

    /**
     * Loads the program. Null if it can't tell who uses the maps: the kernel refuses it, because this process lacks CAP_BPF or CAP_PERFMON,
     * for example; before Linux 6.8, or if a sleepable program uses the outer map.
     *
     * @param outer the id of the outer map that the maps leave
     * @throws BpfException if a later try may succeed
     */
    static @Nullable KernelUnsharedMapFinder load(int outer) {
        KernelUnsharedMapFinder finder = open(outer);
        try (Undo undo = finder == null ? new Undo() : new Undo(finder::close)) {
            return finder != null && finder.find(new HashSet<>()) == NO_SLEEPABLE_PROGRAM ? undo.commit(finder) : null;
        }
    }

    /**
     * Whether a sleepable program uses an outer map, or did until a moment ago and may still run. False if the kernel does not tell, in the
     * cases of {@link #load}.
     *
     * @throws BpfException if a later try may succeed
     */
    static boolean hasSleepableProgram(int outer) {
        KernelUnsharedMapFinder finder = open(outer);
        if (finder == null) {
            return false;
        }
        try (finder) {
            return finder.find(new HashSet<>()) == SLEEPABLE_PROGRAM;
        }
    }

    private static @Nullable KernelUnsharedMapFinder open(int outer) {
        KernelUnsharedMapFinder finder = new KernelUnsharedMapFinder(outer);
        try (Undo undo = new Undo(finder::close); // before the link is created, so that it is closed if memory is short
                BundledBpfObject object = BundledBpfObject.load("map_references", opened -> {})) {
            finder.link = new Descriptor(LinkCalls.creation(object.program(PROGRAM), 0, AttachType.TRACE_ITER.number())
                    .run());
            return finder.link.fd() >= 0 ? undo.commit(finder) : null;
        } catch (BpfException e) {
            if (BundledBpfObject.isTransient(e)) {
                throw e;
            }
            WarningLog.RUNTIME.log(Level.DEBUG, OPERATION + " is not possible", e);
            return null;
        }
    }

    /** Empty also if a sleepable program uses the outer map, or if the search failed. */
    @Override
    public Set<Integer> unshared() {
        Set<Integer> unshared = new HashSet<>();
        try {
            return find(unshared) == NO_SLEEPABLE_PROGRAM ? unshared : Set.of();
        } catch (BpfException e) {
            WarningLog.RUNTIME.log(Level.DEBUG, OPERATION + " failed", e);
            return Set.of();
        }
    }

    /** Adds the maps with a single user. Returns whether a sleepable program uses the outer map, which Linux 6.8 and later tell; otherwise 0. */
    private int find(Set<Integer> unshared) {
        int ofOuter = 0;
        try (InputStream output = IteratorOutput.open(OPERATION, link.fd())) {
            for (byte[] bytes = output.readNBytes(FOUND_SIZE);
                    bytes.length == FOUND_SIZE;
                    bytes = output.readNBytes(FOUND_SIZE)) {
                ByteBuffer found = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
                int id = found.getInt();
                int kind = found.getInt();
                if (kind == SINGLE_USER) {
                    unshared.add(id);
                } else if (id == outer) {
                    ofOuter = kind;
                }
            }
        } catch (BpfException e) { // EMFILE, for example
            throw e;
        } catch (IOException e) {
            WarningLog.RUNTIME.log(Level.DEBUG, OPERATION + " failed", e);
            return 0;
        }
        return ofOuter;
    }

    @Override
    public void close() {
        link.close();
    }
}
