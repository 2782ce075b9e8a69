/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;

/** Calls of a C function in a library of the tests, which nobody else calls. */
record ProbedCalls(Library library) implements Events {
    static final String FIRST = "probed_first";
    static final String SECOND = "probed_second";
    static final String WAITING = "waiting_call";

    /** The library. JNR needs a public interface. */
    public interface Library {
        int probed_first(int number);

        int probed_second(int number);

        int waiting_call(int socket);

        int await_call(int socket);

        int end_call(int socket);

        int send_frame(String device);
    }

    static ProbedCalls open() {
        return new ProbedCalls(LibraryLoader.create(Library.class).load(binary().toString()));
    }

    /** The compiled library. */
    static Path binary() {
        return Compiled.LIBRARY;
    }

    /** Calls both functions. */
    @Override
    public void fire() {
        library.probed_first(1);
        library.probed_second(2);
    }

    private static final class Compiled {
        static final Path LIBRARY = BpfObjects.library("probed");
    }
}
