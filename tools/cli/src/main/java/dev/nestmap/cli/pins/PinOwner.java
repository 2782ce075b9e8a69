/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.SafeText;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that owns the pins in a directory.
 *
 * @param process its id
 * @param command the file that it runs; empty if this is unknown
 * @param since when it was started; null if this is unknown
 * @param container the id of its container; empty if it is in none, or if this process does not see it
 * @param isStopped whether a signal has stopped it
 */
record PinOwner(long process, String command, @Nullable Instant since, String container, boolean isStopped) {
    /** {@code PROC_PID_INIT_INO} in {@code linux/proc_ns.h}. */
    private static final String FIRST_NAMESPACE = "pid:[4026531836]";

    /** The id of a container in the path of its control group, as containerd, CRI-O, Docker and Podman write it. */
    private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");

    /** The digits of an id that {@code docker ps} shows. */
    private static final int SHOWN_DIGITS = 12;

    /** Finds the owner of a pin. Null if it has none, or if the owner is in another PID namespace. */
    static @Nullable PinOwner of(Path pin) {
        OptionalLong process = UntypedOuterMap.owner(pin);
        if (process.isEmpty()) {
            return null;
        }
        ProcessHandle.Info info =
                ProcessHandle.of(process.getAsLong()).map(ProcessHandle::info).orElse(null);
        return new PinOwner(
                process.getAsLong(),
                info == null ? "" : info.command().orElse(""),
                info == null ? null : info.startInstant().orElse(null),
                container(process.getAsLong()),
                UntypedOuterMap.isStopped(process.getAsLong()));
    }

    /** The innermost container of a process. */
    private static String container(long process) {
        try {
            return CONTAINER
                    .matcher(Files.readString(Path.of("/proc/" + process + "/cgroup")))
                    .results()
                    .map(MatchResult::group)
                    .reduce("", (outer, inner) -> inner);
        } catch (IOException e) {
            return ""; // the process has ended
        }
    }

    /** What is known if no owner is found. */
    static String none() {
        return seesAllProcesses()
                ? "none"
                : "none in this PID namespace; a process of another one, such as the host's, may own them";
    }

    /** Whether this process is in the first PID namespace, which sees the processes of all others. */
    static boolean seesAllProcesses() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .equals(FIRST_NAMESPACE);
        } catch (IOException e) {
            return false;
        }
    }

    /** Names the process in messages: {@code process 17 (/usr/bin/java)}. */
    String description() {
        String details = Stream.of(
                        SafeText.visible(command),
                        container.isEmpty() ? "" : "container " + container.substring(0, SHOWN_DIGITS),
                        isStopped ? "stopped: kill -CONT " + process + " continues it" : "")
                .filter(detail -> !detail.isEmpty())
                .collect(Collectors.joining(", "));
        return "process " + process + (details.isEmpty() ? "" : " (" + details + ")");
    }
}
