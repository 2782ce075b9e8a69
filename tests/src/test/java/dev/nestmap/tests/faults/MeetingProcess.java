/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.upgrade.UpgradeTest;
import dev.nestmap.tests.upgrade.UpgradedBpf;
import dev.nestmap.tests.upgrade.UpgradedLaterBpf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of two processes that meet: a service that counts packets on lo into pinned maps, with a pinned link. {@link #main} runs it in a
 * process of its own, which reads a command from each line of its input.
 */
final class MeetingProcess implements AutoCloseable {
    static final LinkPin LINK = UpgradeTest.PIN;

    /** Printed when an operation waits for a lock of the other process. */
    static final String WAITS = "waits";

    /** How long a start waits for a service that does not end. */
    private static final Duration WAIT = Duration.ofMillis(200);

    /** Begins the line with the result of an operation. */
    static final String DONE = "done";

    private final Path first;
    private final Path later;
    private PinOptions pins = PinOptions.defaults();
    private @Nullable UpgradedBpf service;
    private @Nullable UpgradedLaterBpf laterService;
    private UpgradedBpf.TenantMap.@Nullable Owned opened;

    /** What this process has drained, by the identities of the maps. Read by the thread of the test after the operation. */
    private final Map<String, Long> drained = new LinkedHashMap<>();

    /**
     * @param first the object of the first version
     * @param later the object of the second version
     */
    MeetingProcess(Path first, Path later) {
        this.first = first;
        this.later = later;
    }

    /** A process that compiles the objects. */
    static MeetingProcess withCompiled() {
        return new MeetingProcess(BpfObjects.of("upgraded"), UpgradeTest.laterObject());
    }

    Path first() {
        return first;
    }

    Path later() {
        return later;
    }

    /** What a process does while the other one is held. */
    enum Operation {
        /** Starts the first version of the service. */
        START(process -> {}, process -> process.start(process.pins)),
        /** The same, and waits for the end of a running service. */
        START_WAITING(process -> {}, process -> process.start(process.pins.withOwnerWait(WAIT))),
        /** Starts the second version of the service. */
        UPGRADE(process -> {}, process -> process.upgrade(process.pins)),
        /** The same, and waits for the end of a running service. */
        UPGRADE_WAITING(process -> {}, process -> process.upgrade(process.pins.withOwnerWait(WAIT))),
        ROTATE(
                MeetingProcess::open,
                process ->
                        process.drain(Objects.requireNonNull(process.tenants().rotate(1)))),
        RECOVER(
                MeetingProcess::open,
                process -> process.tenants().waitingTickets().forEach(process::drain)),
        /** The start is refused if the other process runs the service. */
        CLOSE(process -> process.attempt(START), process -> process.close());

        /** Brings the process into the state in which it runs the operation. */
        @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
        private final Consumer<MeetingProcess> preparation;

        @SuppressWarnings("ImmutableEnumChecker") // likewise
        private final Consumer<MeetingProcess> operation;

        Operation(Consumer<MeetingProcess> preparation, Consumer<MeetingProcess> operation) {
            this.preparation = preparation;
            this.operation = operation;
        }

        void prepare(MeetingProcess process) {
            preparation.accept(process);
        }

        void run(MeetingProcess process) {
            operation.accept(process);
        }
    }

    /** Chooses where maps and link are pinned. Nothing may be open. */
    void enter(Path directory) {
        pins = PinOptions.in(directory);
        drained.clear();
    }

    private void start(PinOptions options) {
        service = UpgradeTest.open(first, options).load();
        service.tenant().getOrCreate(1);
    }

    private void upgrade(PinOptions options) {
        laterService = UpgradeTest.later(later, options).load();
        laterService.tenant().getOrCreate(1);
    }

    private void open() {
        opened = UpgradedBpf.TENANT_MAP.openPinned(pins.root().resolve("tenant"), MapAccess.READ_WRITE, pins);
    }

    private UpgradedBpf.TenantMap tenants() {
        return Objects.requireNonNull(opened);
    }

    private void drain(Displaced<Long, UpgradedBpf.CountMap> map) {
        drained.put(name(map.identity()), UpgradeTest.packets(map.map()));
        map.acknowledge();
    }

    /** Takes a map out of the slot of the service that runs here, and leaves it pinned. */
    void leaveWaiting() {
        UpgradedBpf bpf = Objects.requireNonNull(service);
        Objects.requireNonNull(bpf.tenant().rotate(1)).close();
    }

    /** Drains everything with the second version, also what is in slots. */
    void drainAll() {
        UpgradedLaterBpf bpf = Objects.requireNonNull(laterService);
        bpf.tenant()
                .drainWaiting(
                        displaced -> drained.put(name(displaced.identity()), UpgradeTest.packets(displaced.map())));
        bpf.tenant().forEach((id, counts) -> drained.put("slot " + id, UpgradeTest.packets(counts)));
    }

    private static String name(@Nullable MapIdentity identity) {
        return identity == null ? "none" : identity.mapId() + "@" + identity.takenOut();
    }

    Map<String, Long> drained() {
        return drained;
    }

    /** The id of the program of the service that runs here; 0 if none runs. */
    int program() {
        if (laterService != null) {
            return laterService.program("count").id();
        }
        return service == null ? 0 : service.program("count").id();
    }

    /** Ends the service, as a process does that is killed: nothing more is drained. */
    @Override
    public void close() {
        List<AutoCloseable> open = Stream.of(service, laterService, opened)
                .filter(Objects::nonNull)
                .toList();
        service = null;
        laterService = null;
        opened = null;
        new Cleanup().each(open, MeetingProcess::close).rethrow();
    }

    private static void close(AutoCloseable object) {
        try {
            object.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs an operation. Returns an empty text, or how Nestmap has refused it. Other exceptions are thrown. */
    String attempt(Operation operation) {
        try {
            operation.run(this);
            return "";
        } catch (BpfException e) {
            return e.getMessage().lines().findFirst().orElse("refused");
        }
    }

    /** The other process. Arguments: the two objects. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MeetingProcess process = new MeetingProcess(Path.of(arguments[0]), Path.of(arguments[1]));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 2);
            Runnable command = switch (words[0]) {
                case "enter" -> () -> process.enter(Path.of(words[1]));
                case "prepare" -> () -> Operation.valueOf(words[1]).prepare(process);
                case "run" -> () -> answer(process, Operation.valueOf(words[1]));
                default -> process::close;
            };
            Thread thread = new Thread(() -> {
                try {
                    command.run();
                    if (!words[0].equals("run")) {
                        System.out.println(DONE);
                    }
                } catch (Throwable e) {
                    e.printStackTrace();
                    System.out.println(DONE + " failed: " + e);
                }
            });
            thread.start();
            boolean waits = false;
            while (thread.isAlive()) {
                if (!waits && isWaiting(thread)) {
                    waits = true;
                    System.out.println(WAITS);
                }
                thread.join(1);
            }
        }
    }

    private static void answer(MeetingProcess process, Operation operation) {
        String refusal = process.attempt(operation);
        System.out.println(DONE + " program " + process.program() + " drained "
                + process.drained.entrySet().stream()
                        .map(map -> map.getKey() + "=" + map.getValue())
                        .collect(Collectors.joining(","))
                + " refused " + refusal);
    }

    /** Whether a thread waits for the other process to release a lock. */
    private static boolean isWaiting(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().endsWith(".PinLockWait") && thread.getState() == Thread.State.TIMED_WAITING) {
                return true;
            }
        }
        return false;
    }
}
