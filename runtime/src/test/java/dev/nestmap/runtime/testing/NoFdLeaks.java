/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test class that leaves file descriptors of maps, programs, links or BTF open. Not if one of its tests has failed, which may be why: the
 * test may succeed when it is repeated, but the build does not repeat what a class leaves.
 */
public final class NoFdLeaks implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(NoFdLeaks.class);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(NAMESPACE).put("open", open());
        context.getStore(NAMESPACE).put("failed", new AtomicBoolean());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()
                && context.getStore(NAMESPACE).get("failed") instanceof AtomicBoolean failed) { // of the class
            failed.set(true);
        }
    }

    /** Another thread may be about to close one. */
    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getStore(NAMESPACE).get("failed") instanceof AtomicBoolean failed && failed.get()) {
            return;
        }
        long start = System.nanoTime();
        List<String> leaked = leaked(context);
        while (!leaked.isEmpty() && System.nanoTime() - start < PATIENCE_NANOS) {
            LockSupport.parkNanos(PAUSE_NANOS);
            leaked = leaked(context);
        }
        if (!leaked.isEmpty()) {
            throw new AssertionError("BPF file descriptors left open: " + leaked);
        }
    }

    private static List<String> leaked(ExtensionContext context) {
        List<String> leaked = open();
        if (context.getStore(NAMESPACE).get("open") instanceof List<?> known) {
            known.forEach(leaked::remove);
        }
        return leaked;
    }

    /** The open BPF file descriptors of this process, each described as {@code anon_inode:bpf-map map_id 17}. */
    public static List<String> open() {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> fds = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : fds) {
                String target = target(fd);
                if (target.matches("anon_inode:\\[?(bpf[-_].*|btf)\\]?")) {
                    open.add(target + " " + id(fd));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            // It was closed after it was listed, such as the descriptor of the listing itself.
            return "";
        }
    }

    private static String id(Path fd) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo").resolve(fd.getFileName()))) {
            return lines.filter(line -> line.matches("(map|prog|link|btf)_id:.*"))
                    .findFirst()
                    .orElse("")
                    .replaceAll("\\s+", " ");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }
}
