/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import jnr.ffi.LibraryLoader;

/** The functions of {@code loops.c}. All parameters and results are {@code long} in C. */
@SuppressWarnings("MemberName") // the names are C's
public interface CLoops {
    long open_map(long id);

    long close_map(long fd);

    long get_hash(long fd, long count);

    long get_array(long fd, long count);

    long put(long fd, long count);

    long remove_insert(long fd, long count);

    long put_all(long fd);

    long remove_all(long fd, long first);

    long scan_next_key(long fd);

    long scan_batch(long fd);

    long nested_get_naive(long outer, long count);

    long nested_get_cached(long outer, long count);

    long rotate_open(long count, long entries);

    long rotate_fill(long used);

    long rotate_drain(long entries);

    long rotate_recycle();

    long rotate_close();

    long walk_naive(long outer);

    long walk_batch(long outer);

    long close_cached();

    long ring_open(long fd);

    long ring_consume(long ring);

    long live_start(long programId, long events);

    long live_end();

    long ring_poll_live(long ring, long programId, long events);

    long ring_close(long ring);

    /** Compiles the functions with optimisation into this process. Needs a C compiler and the headers of libbpf. */
    static CLoops compile() {
        try {
            Path directory = Files.createTempDirectory("nestmap-benchmarks");
            Path source = directory.resolve("loops.c");
            Path library = directory.resolve("libloops.so");
            try (InputStream in = Objects.requireNonNull(CLoops.class.getResourceAsStream("/c/loops.c"))) {
                Files.copy(in, source);
            }
            Process compiler = new ProcessBuilder(
                            "cc",
                            "-O2",
                            "-Wall",
                            "-Werror",
                            "-fPIC",
                            "-shared",
                            source.toString(),
                            "-o",
                            library.toString(),
                            "-lbpf",
                            "-pthread")
                    .inheritIO()
                    .start();
            if (compiler.waitFor() != 0) {
                throw new IllegalStateException("cc could not compile loops.c: install a C compiler and the headers of"
                        + " libbpf (Debian: gcc libc6-dev libbpf-dev)");
            }
            CLoops loops = LibraryLoader.create(CLoops.class).load(library.toString());
            Files.delete(source);
            Files.delete(library);
            Files.delete(directory);
            return loops;
        } catch (IOException e) {
            throw new UncheckedIOException("cc could not be run: install a C compiler (Debian: gcc)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loops.c was compiled", e);
        }
    }
}
