/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.error.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the files of tracefs, which describe the kernel's tracepoints and functions. */
final class TraceFsReader {
    private static final List<Path> MOUNTS =
            List.of(Path.of("/sys/kernel/tracing"), Path.of("/sys/kernel/debug/tracing"));

    /** The kernel's name for a function that it can't resolve, and so can't trace ({@code kernel/trace/ftrace.c}, since Linux 5.19). */
    private static final String FTRACE_INVALID_FUNCTION = "__ftrace_invalid_address__";

    private TraceFsReader() {}

    /** The kernel's number of a tracepoint. */
    static long tracepointId(Tracepoint tracepoint, AttachErrors errors) {
        Path events = mount(errors).resolve("events");
        Path category = events.resolve(tracepoint.category());
        Path id = category.resolve(tracepoint.name()).resolve("id");
        try {
            return Long.parseLong(Files.readString(id).strip());
        } catch (AccessDeniedException e) {
            throw errors.failed(
                    Reason.NOT_PERMITTED,
                    "this process may not read " + e.getFile() + ": tracefs is for root, unless it is mounted with"
                            + " other permissions");
        } catch (NoSuchFileException e) {
            String what = Files.isDirectory(category)
                    ? "no tracepoint " + tracepoint.name() + " in the category " + tracepoint.category()
                    : "no category " + tracepoint.category() + " of tracepoints";
            throw errors.failed(Reason.NOT_FOUND, "the kernel has " + what + ": " + events + " lists them");
        } catch (IOException e) {
            throw errors.unreadable(id, e);
        }
    }

    /** The names of the kernel's functions that can be traced. A name that several modules have is returned once. */
    static Stream<String> functions(AttachErrors errors) {
        Path file = mount(errors).resolve("available_filter_functions");
        try {
            return functions(file);
        } catch (IOException e) {
            throw errors.unreadable(file, e, "name the functions instead of a pattern");
        }
    }

    static Stream<String> functions(Path file) throws IOException {
        // Each line is a name, and for a function of a module the module's name in brackets.
        return Files.readAllLines(file).stream()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> !name.startsWith(FTRACE_INVALID_FUNCTION))
                .distinct();
    }

    private static Path mount(AttachErrors errors) {
        return MOUNTS.stream()
                .filter(mount -> Files.isDirectory(mount.resolve("events")))
                .findFirst()
                .orElseThrow(() -> errors.failed(
                        Reason.NOT_FOUND,
                        "tracefs is not mounted, or this process may not read it: mount it as root with"
                                + " mount -t tracefs tracefs " + MOUNTS.get(0)));
    }
}
