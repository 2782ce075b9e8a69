/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.faults.MeetingProcess.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Holds a process before a system call of one operation, while another process runs an operation to its end, or until it waits for the
 * first one. Both succeed, or Nestmap refuses one of them. Afterwards each packet is counted once, no service has lost its events to another
 * one that did not ask for them, and the next start leaves the usual pins.
 *
 * <p>The seed selects as many meetings as {@code -Dnestmap.meetings} says; {@code all} runs each pair at each call.
 */
@KernelTest
@Timeout(36000)
@Tag("long")
class MeetingTest {
    private static final String MEETINGS = System.getProperty("nestmap.meetings", "12");

    /** Selects pairs, such as {@code START-UPGRADE}. */
    private static final Pattern PAIRS = Pattern.compile(System.getProperty("nestmap.pairs", ".*"));

    private static final Pattern ANSWER =
            Pattern.compile("done program (?<program>\\d+) drained (?<drained>\\S*) refused (?<refusal>.*)");

    private static final List<String> PINS = List.of(
            "count",
            "now/all",
            "now/all-schema",
            "now/tenant",
            "now/tenant-inner/1",
            "now/tenant-schema",
            "now/tenant-uncounted");

    /** What waits of the plain map, in which programs count: after each change of its version, a map and its text. */
    private static final Pattern WAITING_PLAIN = Pattern.compile("(now/all-draining-\\d+)/(0-\\d+|schema)");

    private int scenes;
    private int waits;
    private final Map<String, Integer> outcomes = new TreeMap<>();

    /**
     * A moment of an operation, and what the other process does then.
     *
     * @param call number of the system call before which the first process is held
     * @param fresh whether nothing was pinned before
     */
    private record Meeting(Operation held, Operation other, int call, boolean fresh) {
        @Override
        public String toString() {
            return held + "-" + other + ", held before call " + call + (fresh ? ", nothing pinned" : "");
        }
    }

    /** The other process. */
    private static final class Other implements AutoCloseable {
        private final Process process;
        private final PrintWriter commands;
        private final BufferedReader answers;

        Other(MeetingProcess objects) throws IOException {
            process = new ChildVm().start(MeetingProcess.class, objects.first(), objects.later());
            commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        void send(String command) {
            commands.println(command);
        }

        /** Returns the next line of the protocol. */
        String next() {
            StringBuilder others = new StringBuilder();
            try {
                for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                    if (line.equals(MeetingProcess.WAITS) || line.startsWith(MeetingProcess.DONE)) {
                        assertThat(line).as(others.toString()).doesNotStartWith("done failed");
                        return line;
                    }
                    others.append(line).append('\n');
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw new AssertionError("the other process has ended: " + others);
        }

        /** Returns the result of a command, which may wait meanwhile. */
        String result() {
            String line = next();
            return line.equals(MeetingProcess.WAITS) ? next() : line;
        }

        void run(String command) {
            send(command);
            result();
        }

        @Override
        public void close() {
            commands.close(); // ends the loop of the process
            if (!process.onExit()
                    .completeOnTimeout(process, 30, TimeUnit.SECONDS)
                    .join()
                    .isAlive()) {
                return;
            }
            process.destroyForcibly();
        }
    }

    @Test
    void eachPacketIsCountedOnce() throws Throwable {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        long start = System.nanoTime();
        List<String> failures = new ArrayList<>();
        int[] ran = {0};
        try (BpfFs fs = BpfFs.mount()) {
            NetworkNamespace.run(() -> {
                try (MeetingProcess process = MeetingProcess.withCompiled();
                        WatchedThread thread = new WatchedThread();
                        Other other = new Other(process)) {
                    for (Meeting meeting : meetings(fs, process, thread, other, new Random(seed))) {
                        ran[0]++;
                        try {
                            meet(meeting, fs.path("scene" + scenes++), process, thread, other);
                        } catch (RuntimeException | AssertionError e) {
                            System.out.println(meeting + ": " + e);
                            failures.add(meeting + ": " + e);
                        }
                    }
                }
            });
        }
        System.out.println(ran[0] + " meetings, in " + waits + " of which the other process waited, in "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s, seed " + seed + ": " + outcomes);
        assertThat(failures).as("seed " + seed).isEmpty();
    }

    /** All pairs, or those that the seed selects. */
    private List<Meeting> meetings(BpfFs fs, MeetingProcess process, WatchedThread thread, Other other, Random random) {
        Map<Operation, Integer> calls = new EnumMap<>(Operation.class);
        Map<Operation, Integer> freshCalls = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            calls.put(operation, count(operation, fs.path("calls" + scenes++), false, process, thread, other));
            if (startsFresh(operation)) {
                freshCalls.put(operation, count(operation, fs.path("calls" + scenes++), true, process, thread, other));
            }
        }
        System.out.println("moments of each operation: " + calls + ", and if nothing is pinned: " + freshCalls);
        List<Meeting> meetings = new ArrayList<>();
        for (Operation held : Operation.values()) {
            for (Operation second : Operation.values()) {
                if (!PAIRS.matcher(held + "-" + second).matches()) {
                    continue;
                }
                for (int call = 0; call < Objects.requireNonNull(calls.get(held)); call++) {
                    meetings.add(new Meeting(held, second, call, false));
                }
                for (int call = 0; startsFresh(second) && call < freshCalls.getOrDefault(held, 0); call++) {
                    meetings.add(new Meeting(held, second, call, true));
                }
            }
        }
        if (!MEETINGS.equals("all")) {
            Collections.shuffle(meetings, random);
            return meetings.subList(0, Math.min(Integer.parseInt(MEETINGS), meetings.size()));
        }
        return meetings;
    }

    private static boolean startsFresh(Operation operation) {
        return operation.name().startsWith("START") || operation.name().startsWith("UPGRADE");
    }

    private int count(
            Operation operation,
            Path directory,
            boolean fresh,
            MeetingProcess process,
            WatchedThread thread,
            Other other) {
        List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
        Scene scene = new Scene(directory, process, other, fresh);
        // On the watched thread too, because the operation may use threads that were started before it.
        thread.run(call -> null, () -> operation.prepare(process));
        thread.run(
                call -> {
                    if (isMoment(call)) {
                        calls.add(call);
                    }
                    return null;
                },
                () -> assertThat(process.attempt(operation)).isEmpty());
        scene.close();
        return Math.max(1, calls.size()); // a process that only closes descriptors is met afterwards
    }

    /**
     * Whether a process is held before this call: it changes something, or reads what another process may change. The many calls that open
     * and check the directories of a path are left out.
     */
    private static boolean isMoment(SystemCall call) {
        return call.changes()
                || call == SystemCall.OBJ_GET
                || call == SystemCall.GETDENTS
                || call == SystemCall.PROG_QUERY
                || call == SystemCall.MAP_LOOKUP_ELEM
                || call == SystemCall.MAP_LOOKUP_BATCH;
    }

    private void meet(Meeting meeting, Path directory, MeetingProcess process, WatchedThread thread, Other other) {
        try (Scene scene = new Scene(directory, process, other, meeting.fresh())) {
            meet(meeting, scene, process, thread, other);
        }
    }

    private void meet(Meeting meeting, Scene scene, MeetingProcess process, WatchedThread thread, Other other) {
        boolean sends = !meeting.fresh();
        thread.run(call -> null, () -> meeting.held().prepare(process));
        other.run("prepare " + meeting.other());
        int[] left = {meeting.call()};
        String[] answer = {null};
        String[] refusal = {""};
        Runnable meets = () -> {
            if (sends) {
                scene.send();
            }
            other.send("run " + meeting.other());
            String line = other.next();
            if (line.equals(MeetingProcess.WAITS)) {
                waits++; // until the first process goes on
            } else {
                answer[0] = line;
            }
            if (sends) {
                scene.send();
            }
        };
        thread.run(
                call -> {
                    if (isMoment(call) && left[0]-- == 0) {
                        meets.run();
                    }
                    return null;
                },
                () -> refusal[0] = process.attempt(meeting.held()));
        if (left[0] >= 0) {
            meets.run(); // the operation made fewer calls this time
        }
        if (answer[0] == null) {
            answer[0] = other.next();
        }
        Matcher result = ANSWER.matcher(answer[0]);
        assertThat(result.matches()).as(answer[0]).isTrue();
        outcomes.merge(
                (refusal[0].isEmpty() ? "done" : "refused") + "/"
                        + (result.group("refusal").isEmpty() ? "done" : "refused"),
                1,
                Integer::sum);
        String description = "held: " + refusal[0] + "; other: " + result.group("refusal");
        scene.requireServices(process.program(), Integer.parseInt(result.group("program")), description);
        if (sends) {
            scene.send();
        }
        scene.drained(process.drained());
        scene.drained(parse(result.group("drained")));
        scene.requireExactCounts(description);
    }

    private static Map<String, Long> parse(String drained) {
        Map<String, Long> parsed = new HashMap<>();
        for (String map : drained.isEmpty() ? new String[0] : drained.split(",")) {
            int equals = map.lastIndexOf('=');
            parsed.put(map.substring(0, equals), Long.parseLong(map.substring(equals + 1)));
        }
        return parsed;
    }

    /** Maps and a link of the first version, without a process, and what is counted in them. */
    private static final class Scene implements AutoCloseable {
        private final Path directory;
        private final PinOptions pins;
        private final MeetingProcess process;
        private final Other other;
        private final Map<String, Long> drained = new HashMap<>();
        private int sent;

        Scene(Path directory, MeetingProcess process, Other other, boolean fresh) {
            this.directory = directory;
            this.pins = PinOptions.in(directory);
            this.process = process;
            this.other = other;
            process.enter(directory);
            other.run("enter " + directory);
            if (!fresh) {
                assertThat(process.attempt(Operation.START)).isEmpty();
                send();
                process.leaveWaiting();
                send();
                process.close();
            }
        }

        void send() {
            LoopbackSocket.exchange(1);
            sent++;
        }

        void drained(Map<String, Long> maps) {
            maps.forEach((name, packets) -> {
                Long before = drained.put(name, packets);
                assertThat(before == null || before.equals(packets))
                        .as("%s was drained with %s and %s", name, before, packets)
                        .isTrue();
            });
        }

        private int attached() {
            try (KernelLink link = Nestmap.openPinnedLink(MeetingProcess.LINK.path(), pins)) {
                return link.info().programId();
            }
        }

        /** Requires that at most one service runs, and that its program is attached. */
        void requireServices(int one, int two, String description) {
            if (one != 0 || two != 0) {
                assertThat(attached()).as(description).isIn(one, two).isNotZero();
            }
            assertThat(one == 0 || two == 0)
                    .as("two services run; " + description)
                    .isTrue();
        }

        /** Ends both processes, and drains everything with the next start. */
        void requireExactCounts(String description) {
            process.close();
            other.run("close");
            assertThat(process.attempt(Operation.UPGRADE))
                    .as("the next start; " + description)
                    .isEmpty();
            assertThat(attached()).isEqualTo(process.program());
            send();
            process.drainAll();
            drained(process.drained());
            assertThat(drained.values().stream().mapToLong(Long::longValue).sum())
                    .as("packets drained %s; %s", drained, description)
                    .isEqualTo(sent);
            Map<String, Integer> waiting = new HashMap<>();
            List<String> files = new ArrayList<>();
            for (String file : FaultScene.files(directory)) {
                Matcher plain = WAITING_PLAIN.matcher(file);
                if (plain.matches()) {
                    waiting.merge(plain.group(1), 1, Integer::sum);
                } else {
                    files.add(file);
                }
            }
            assertThat(files).as(description).isEqualTo(PINS);
            assertThat(waiting.values())
                    .as("%s: a map and its text; %s", waiting, description)
                    .allMatch(count -> count == 2);
        }

        @Override
        public void close() {
            process.close();
            other.run("close");
            if (Files.exists(directory.resolve(MeetingProcess.LINK.path()))) {
                Nestmap.openPinnedLink(MeetingProcess.LINK.path(), pins).detach();
            }
            FaultScene.remove(directory);
        }
    }
}
