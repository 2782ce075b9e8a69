/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
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
    public void fire(int times) {
        for (int i = 0; i < times; i++) {
            library.probed_first(i);
            library.probed_second(i);
        }
    }

    @Override
    public void close() {
        // JNR keeps libraries loaded.
    }

    private static final class Compiled {
        static final Path LIBRARY = compile();

        private static Path compile() {
            InstalledClang clang = InstalledClang.newest();
            // Each process has its own file, because a new file would not be the one that another process has loaded.
            String name = "libprobed-" + ProcessHandle.current().pid() + ".so";
            Path library = BpfObjects.directory(clang).resolve(name).toAbsolutePath();
            library.toFile().deleteOnExit();
            Path source = BpfObjects.resource("/c/probed.c");
            InstalledCommand.run(clang.command(), "-O1", "-shared", "-fPIC", "-o", library, source)
                    .succeeded();
            return library;
        }
    }
}
