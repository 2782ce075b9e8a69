/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rejects an upgrade while a program that keeps running uses maps that it drains. */
final class OtherWriters {
    /** How long the programs of a process that has just ended may exist. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private OtherWriters() {}

    /**
     * Throws if there is such a program.
     *
     * @param programs returns the programs that use the old maps; null if this process may not list programs
     * @param replaced returns the ids of those that will be replaced
     * @param links returns the pinned links beside the maps whose programs stay. Called if this process may not list programs
     */
    static void requireNone(
            String operation,
            Supplier<@Nullable List<ProgramStatistics>> programs,
            Supplier<Set<Integer>> replaced,
            Supplier<Set<Path>> links) {
        String others = find(programs, replaced);
        if (others != null && !others.isEmpty()) {
            throw BpfException.of(Reason.LOSES_COUNTS, operation)
                    .because(ErrorTable.message("OTHER_WRITERS", others, ofLinks(links.get())));
        }
        if (others == null && replaced.get().isEmpty()) {
            throw BpfException.of(Reason.LOSES_COUNTS, operation).because(ErrorTable.message("UNSEEN_WRITERS"));
        }
        Set<Path> staying = others == null ? links.get() : Set.of();
        if (!staying.isEmpty()) {
            throw BpfException.of(Reason.LOSES_COUNTS, operation)
                    .because(ErrorTable.message("UNSEEN_WRITERS_OF_LINKS", names(staying)));
        }
    }

    /** What removes a program that a pinned link keeps, for example one that this version does not have: no process has it loaded. */
    private static String ofLinks(Set<Path> links) {
        return links.isEmpty() ? "" : " " + ErrorTable.message("WRITERS_OF_LINKS", names(links));
    }

    static String names(Set<Path> links) {
        return links.stream().map(Path::toString).sorted().collect(Collectors.joining(", "));
    }

    /**
     * Names the programs that keep using the maps. Null if this process may not list programs. Programs of a process that has just ended
     * may exist for a moment, so this waits for their end.
     */
    static @Nullable String find(
            Supplier<@Nullable List<ProgramStatistics>> programs, Supplier<Set<Integer>> replaced) {
        return awaitEnd(() -> names(programs.get(), replaced.get()), names -> names == null || names.isEmpty());
    }

    /** Repeats a look for programs until there are none, or until those of a process that has just ended would be gone. */
    static <T extends @Nullable Object> T awaitEnd(Supplier<T> look, Predicate<T> isFinal) {
        return UninterruptibleWait.retry(END_NANOS, PAUSE_NANOS, look, isFinal);
    }

    private static @Nullable String names(@Nullable List<ProgramStatistics> all, Set<Integer> replaced) {
        return all == null
                ? null
                : all.stream()
                        .filter(program -> !replaced.contains(program.id()))
                        .map(program -> program.name() + " (id " + Integer.toUnsignedString(program.id()) + ")")
                        .collect(Collectors.joining(", "));
    }
}
