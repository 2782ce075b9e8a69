/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes system calls fail while an operation runs, or the kernel's allocations of memory. The operation then throws a {@link BpfException}
 * with the errno and, if something is used up, what to do about it; or does without the call. It leaves no descriptor open, closes none twice, and the pins are those before or after the
 * operation. Afterwards the operation can be repeated, and nothing is lost or counted twice.
 *
 * <p>By default, only the first call of each kind fails, once or from then on, and the last one of those that change something. The seed
 * draws which of that, and one errno of the call's row in {@link SystemCall}. With {@code -Dnestmap.faults=all}, each call fails with each
 * errno. With {@code -Dnestmap.faults=500}, the seed selects so many of these for each operation.
 *
 * @param <S> what the operations act on
 */
final class FaultCheck<S extends FaultScene> implements AutoCloseable {
    private static final String FAULTS = System.getProperty("nestmap.faults", "0");
    private static final boolean ALL = FAULTS.equals("all");
    private static final int AT_RANDOM = ALL ? 0 : number(FAULTS);
    private static final int FAILURES_AT_MOST = 20;
    private static final int RUNS_UNTIL_EQUAL = 10;

    private static final Set<SystemCall> OF_LISTS = EnumSet.of(
            SystemCall.PROG_GET_FD_BY_ID,
            SystemCall.MAP_GET_FD_BY_ID,
            SystemCall.LINK_GET_FD_BY_ID,
            SystemCall.LINK_GET_NEXT_ID,
            SystemCall.BTF_GET_FD_BY_ID,
            SystemCall.OBJ_GET_INFO_BY_FD);
    private static final Set<Errno> LACKING = EnumSet.of(Errno.ENOMEM, Errno.ENOSPC, Errno.EMFILE, Errno.ENFILE);
    private static final int ALLOCATIONS_AT_LEAST = 5;

    /** After how many faults a line says how far the test is. */
    private static final int PROGRESS = 1000;

    private final WatchedThread thread = new WatchedThread();
    private final CloseCheck closes = new CloseCheck();
    private final List<String> violations = new ArrayList<>();
    private final BpfFs fs;
    private final Function<Path, S> newScene;
    private final long seed = Long.getLong("nestmap.seed", System.nanoTime());
    private int faults;
    private int scenes;

    /** @param newScene creates the scene in a directory, which does not exist yet */
    FaultCheck(BpfFs fs, Function<Path, S> newScene) {
        this.fs = fs;
        this.newScene = newScene;
    }

    @Override
    public void close() {
        thread.close();
        closes.close();
    }

    void everyCallMayFail(FaultyOperation<S> operation) {
        List<String> finished = new ArrayList<>();
        List<SystemCall> calls = recordTwice(operation, finished);
        assertThat(calls).as("calls of %s", operation).containsAnyElementsOf(operation.characteristicCalls(calls));
        long start = System.nanoTime();
        violations.clear();
        List<CallFault> selected = select(operation, calls);
        for (CallFault fault : selected) {
            check(operation, fault, finished);
            if (!fault.hasOccurred() && !fault.isLaterOneOf(OF_LISTS)) {
                violations.add(operation + ", " + fault + ": there was no such call this time");
            }
        }
        System.out.println(operation + ": " + calls.size() + " calls, " + selected.size() + " faults in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms"
                + (ALL ? "" : ", seed " + seed));
        assertThat(violations.stream().limit(FAILURES_AT_MOST))
                .as("%s violations, seed %s", violations.size(), seed)
                .isEmpty();
    }

    /**
     * Makes the kernel's allocations of memory for an operation fail, one in each run. The seed selects them.
     *
     * @param interval one of so many allocations fails, but at least {@value #ALLOCATIONS_AT_LEAST} of an operation; 1 for all
     */
    void allocationsMayFail(FaultyOperation<S> operation, int interval) {
        List<String> finished = new ArrayList<>();
        recordTwice(operation, finished);
        violations.clear();
        AllocationFault none = new AllocationFault(Integer.MAX_VALUE);
        check(operation, none, finished);
        List<Integer> allocations = new ArrayList<>(
                IntStream.rangeClosed(1, none.allocations()).boxed().toList());
        Collections.shuffle(allocations, new Random(seed));
        long failed = allocations.stream()
                .limit(Math.max(ALLOCATIONS_AT_LEAST, allocations.size() / interval))
                .filter(allocation -> fails(operation, allocation, finished))
                .count();
        System.out.println(
                operation + ": " + failed + " of " + allocations.size() + " allocations failed, seed " + seed);
        assertThat(failed).isPositive();
        assertThat(violations.stream().limit(FAILURES_AT_MOST))
                .as("%s violations, seed %s", violations.size(), seed)
                .isEmpty();
    }

    /** Makes an allocation fail. Returns false if there were fewer this time. */
    private boolean fails(FaultyOperation<S> operation, int allocation, List<String> finished) {
        AllocationFault fault = new AllocationFault(allocation);
        check(operation, fault, finished);
        return fault.hasOccurred();
    }

    /** The faults to try, of all that these calls can have. */
    private List<CallFault> select(FaultyOperation<S> operation, List<SystemCall> calls) {
        Map<SystemCall, Integer> occurrences = new EnumMap<>(SystemCall.class);
        List<CallFault> selected = new ArrayList<>();
        Random random = new Random(seed);
        for (SystemCall call : calls) {
            int occurrence = occurrences.merge(call, 1, Integer::sum);
            List<Errno> errors = call.errors().stream()
                    .filter(errno -> operation.isFailure(call, errno))
                    .toList();
            if (ALL || AT_RANDOM > 0) {
                for (Errno errno : errors) {
                    selected.add(new CallFault(call, occurrence, errno, false));
                    selected.add(new CallFault(call, occurrence, errno, true));
                }
            } else {
                Errno errno = errors.get(random.nextInt(errors.size()));
                if (occurrence == 1) {
                    selected.add(new CallFault(call, occurrence, errno, random.nextBoolean()));
                } else if (call.changes() && occurrence == Collections.frequency(calls, call)) {
                    selected.add(new CallFault(call, occurrence, errno, false));
                }
            }
        }
        if (AT_RANDOM > 0) {
            Collections.shuffle(selected, random);
        }
        return AT_RANDOM > 0 ? selected.subList(0, Math.min(AT_RANDOM, selected.size())) : selected;
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "-Dnestmap.faults=" + text + ": pass all, or the number of faults of each operation, such as 500");
        }
        return Integer.parseInt(text);
    }

    /** The number above 0 in a system property. */
    static int number(String property, String otherwise) {
        String text = System.getProperty(property, otherwise);
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    "-D" + property + "=" + text + ": pass a number above 0, such as " + otherwise);
        }
        return Integer.parseInt(text);
    }

    private void check(FaultyOperation<S> operation, Fault fault, List<String> finished) {
        if (++faults % PROGRESS == 0) {
            System.out.println(operation + ": " + faults + " faults so far, now " + fault);
        }
        List<String> opened = openFiles();
        try (S scene = newScene(operation)) {
            prepare(operation, scene);
            List<String> before = scene.content();
            List<String> files = openObjects();
            Throwable thrown = run(operation, scene, fault);
            scene.count(); // also if the operation failed
            if (thrown != null) {
                requireTyped(operation, fault, thrown);
            }
            if (thrown != null && !hasChanged(thrown)) {
                List<String> left = openObjects();
                require(operation, fault, thrown, "open files", hasChangedSome(thrown) ? left : files, left);
                if (operation.isAtomic()
                        && !hasChangedSome(thrown)
                        && !fault.isLasting()
                        && !scene.content().equals(before)) {
                    require(operation, fault, thrown, "pins", finished, scene.content());
                }
                if (fault.isLasting()) { // what undoes the first steps failed, too, as if the process had been killed
                    // there
                    operation.repeat(scene);
                } else {
                    operation.run(scene);
                }
            }
            operation.requireExactCounts(scene);
            if (operation.isAtomic()) {
                require(operation, fault, thrown, "pins at the end", finished, scene.content());
            }
        } catch (Throwable e) {
            violations.add(operation + ", " + fault + ": after that, " + trace(e));
        }
        require(operation, fault, null, "open files at the end", opened, openFiles());
        long failures = closes.takeFailures();
        if (failures > 0) {
            violations.add(operation + ", " + fault + ": closed " + failures + " descriptors that were not open");
        }
    }

    /** Whether the kernel changed an entry before a later step failed. The exception says so, and the next process repairs the pins. */
    private static boolean hasChanged(Throwable thrown) {
        return thrown instanceof FaultyOperation.LaterException
                || String.valueOf(thrown.getMessage()).contains("the entry was changed, but a later step failed");
    }

    /** Whether an operation on several keys succeeded for some of them, whose inner maps are open now. */
    private static boolean hasChangedSome(Throwable thrown) {
        return thrown instanceof BatchException
                && String.valueOf(thrown.getMessage()).contains("the others succeeded");
    }

    private @Nullable Throwable run(FaultyOperation<S> operation, S scene, Fault fault) {
        try {
            fault.run(thread, () -> operation.run(scene));
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void requireTyped(FaultyOperation<S> operation, Fault fault, Throwable failure) {
        Throwable thrown = failure instanceof FaultyOperation.LaterException
                ? Objects.requireNonNull(failure.getCause())
                : failure;
        Collection<? extends BpfException> failures = thrown instanceof BatchException batch
                ? batch.failures()
                : thrown instanceof BpfException e ? List.of(e) : List.of();
        if (failures.stream().noneMatch(failed -> fault.isCauseOf(failed) && saysWhatIsLacking(failed))) {
            violations.add(operation + ", " + fault + ": threw " + trace(thrown));
        }
    }

    /** Whether the message says more than the errno, if the errno says that something of this process or of the machine is used up. */
    private static boolean saysWhatIsLacking(BpfException failed) {
        String errno = failed.errno() + " (" + failed.errnoNumber() + "): ";
        return !LACKING.contains(failed.errno()) || failed.getMessage().contains(errno);
    }

    private void require(
            FaultyOperation<S> operation,
            Fault fault,
            @Nullable Throwable thrown,
            String what,
            List<String> expected,
            List<String> found) {
        if (!expected.equals(found)) {
            List<String> more = new ArrayList<>(found);
            expected.forEach(more::remove);
            List<String> missing = new ArrayList<>(expected);
            found.forEach(missing::remove);
            violations.add(operation + ", " + fault + ": " + what + " has " + more + " too much and lacks " + missing
                    + (thrown == null ? "" : "; threw " + trace(thrown)));
        }
    }

    private static String trace(Throwable e) {
        StringBuilder text = new StringBuilder(e.toString());
        Stream.of(e.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.nestmap"))
                .limit(12)
                .forEach(frame -> text.append("\n      at ").append(frame));
        return text.toString();
    }

    /**
     * The system calls that two runs of an operation make in a row, in which none fails. The first runs make more: libbpf and Nestmap learn
     * what the kernel supports, and the Java VM loads classes. Meanwhile, other tests load and unload programs, so a list of them is not compared.
     */
    private List<SystemCall> recordTwice(FaultyOperation<S> operation, List<String> finished) {
        List<SystemCall> previous = List.of();
        for (int run = 0; run < RUNS_UNTIL_EQUAL; run++) {
            List<SystemCall> calls = record(operation, finished);
            if (withoutLists(calls).equals(withoutLists(previous))) {
                return calls;
            }
            previous = calls;
        }
        throw new AssertionError(
                operation + " made other system calls in each of " + RUNS_UNTIL_EQUAL + " runs, at last " + previous);
    }

    /** Without the calls that are made for each program, map or link of the machine. */
    private static List<SystemCall> withoutLists(List<SystemCall> calls) {
        return calls.stream().filter(call -> !OF_LISTS.contains(call)).toList();
    }

    /** The system calls of an operation in which none fails. Sets the pins after it. */
    private List<SystemCall> record(FaultyOperation<S> operation, List<String> finished) {
        List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
        try (S scene = newScene(operation)) {
            prepare(operation, scene);
            thread.run(WatchedThread.noting(calls), () -> operation.run(scene));
            finished.clear();
            finished.addAll(scene.content());
            operation.requireExactCounts(scene);
        }
        return List.copyOf(calls);
    }

    /** Prepares an operation on the watched thread, because the operation may use threads that were started before it. */
    private void prepare(FaultyOperation<S> operation, S scene) {
        thread.run(call -> null, () -> operation.prepare(scene));
    }

    private S newScene(FaultyOperation<S> operation) {
        return newScene.apply(fs.path(operation + "-" + scenes++));
    }

    /** The BPF objects, perf events and files in a BPF file system that this process has open. */
    private List<String> openFiles() {
        return FaultScene.openFiles(fs.path(""), "\\[?(bpf|btf|perf_event).*");
    }

    /** The same without directories: the owner of slots keeps those of its pins open. */
    private List<String> openObjects() {
        return openFiles().stream()
                .filter(target -> !Files.isDirectory(Path.of(target)))
                .toList();
    }
}
