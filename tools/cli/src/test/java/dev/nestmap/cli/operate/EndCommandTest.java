/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.Main;
import dev.nestmap.cli.operate.Pinned.Flow;
import dev.nestmap.cli.operate.Pinned.Site;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The command {@code end} detaches, saves and removes the pins of a service, or changes nothing. */
@KernelTest
@ExtendWith(NetworkNamespace.class)
class EndCommandTest extends CommandTest {
    private static final int PACKETS = 25;
    private static final int WAITING = 60;

    @Test
    void detachesSavesAndRemoves() throws Exception {
        start();
        LoopbackSocket.exchange(PACKETS);

        assertThat(CommandRun.of("end", fs.path("acme"), "-o", file).err(2))
                .contains("detach 1 program, save the counts of 3 maps", "pass --yes");
        String printed = end(fs.path("acme")).out(0);

        assertThat(printed.lines())
                .containsExactly(
                        fs.path("acme/link") + ": detached",
                        fs.pin("acme/customer") + ": saved 2 maps with 2 entries to " + file,
                        fs.pin("acme/site") + ": saved 1 map with 1 entry to " + file,
                        fs.pin("acme/total") + ": saved 1 entry to " + file,
                        fs.path("acme") + ": all pins are removed");
        assertThat(fs.content()).isEmpty();
        assertThat(end(fs.path("acme")).out(0))
                .isEqualTo(fs.path("acme") + ": all pins are removed\n"); // as after a kill
        assertThat(Files.readString(file, StandardCharsets.UTF_8))
                .contains("{\"key\":443,\"value\":{\"packets\":" + PACKETS + ",\"bytes\":0}}")
                .containsPattern(
                        "\"map\":\"total\",\"holds\":\"map\",\"format\":1,\"clocks\":[^\\[]+,\"entries\":\\[\\{\"key\":0,\"value\":"
                                + PACKETS + "}]")
                .contains("\"key\":{\"customer\":42,\"number\":2}", "\"packets\":5,\"bytes\":6");
        LoopbackSocket.exchange(PACKETS); // nothing counts any more
        load().close(); // a new service starts from nothing
    }

    @Test
    void endsOneMapWithTheLinksOfItsPrograms() throws Exception {
        start();
        LoopbackSocket.exchange(PACKETS);
        end(fs.pin("acme/customer")).out(0);
        assertThat(fs.content())
                .contains("acme/site", "acme/total")
                .noneMatch(pin -> pin.startsWith("acme/customer") || pin.startsWith("acme/link"));
        assertThat(Files.readString(file)).contains("\"packets\":" + PACKETS);
    }

    /** The file names the pin already, as after a killed end. */
    @Test
    void endsAMapThatWasDrainedToTheSameFile() throws Exception {
        start();
        LoopbackSocket.exchange(PACKETS);
        drain(fs.pin("acme/customer")).out(0);
        LoopbackSocket.exchange(PACKETS);
        end(fs.pin("acme/customer")).out(0);
        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("acme/customer") || pin.startsWith("acme/link"));
        assertThat(Files.readString(file)).containsPattern("(?s)\"packets\":" + PACKETS + ".*\"packets\":" + PACKETS);
    }

    /** The service runs as another user, and the command as root. */
    @Test
    void endsTheServiceOfAnotherUser() throws Exception {
        start();
        try (Stream<Path> files = Files.walk(fs.path("acme"))) {
            for (Path pin : files.toList()) {
                Files.setAttribute(pin, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
            }
        }
        LoopbackSocket.exchange(PACKETS);
        end(fs.path("acme")).out(0);
        assertThat(fs.content()).isEmpty();
        assertThat(Files.readString(file)).contains("\"packets\":" + PACKETS);
    }

    /**
     * The program of the link runs on, for example because another link attaches it. Programs that are pinned beside it, the same one or an
     * unrelated one, do not hide it.
     */
    @Test
    void savesNothingWhileADetachedProgramStays() throws Exception {
        startWithAnotherPin("acme/same", "acme/unrelated");
        assertThat(end(fs.path("acme")).err(3))
                .contains("programs still use the maps", "=count}", "no map was emptied");
        assertThat(fs.content()).contains("acme/customer", "acme/site", "acme/total");
        assertThat(file).isEmptyFile();
        Files.delete(fs.path("elsewhere/count"));
        end(fs.path("acme"), "--other-programs").out(0);
        assertThat(Files.readString(file)).contains("\"packets\":1");
    }

    /** Such a run has waited for the end of the program for less than its time, so it can't tell that something else uses the maps. */
    @Test
    void anInterruptEndsTheWaitAndIsNamed() throws Exception {
        startWithAnotherPin();
        Thread command = Thread.currentThread();
        Thread other = new Thread(() -> {
            while (Files.exists(fs.path("acme/link"))) {
                Thread.onSpinWait();
            }
            command.interrupt();
        });
        other.start();

        String failed = end(fs.path("acme")).err(3);

        assertThat(Thread.interrupted()).as("the flag").isTrue();
        other.join();
        assertThat(failed).contains("was interrupted", "run it again").doesNotContain("programs still use the maps");
        Files.delete(fs.path("elsewhere/count"));
        end(fs.path("acme")).out(0);
        assertThat(Files.readString(file)).contains("\"packets\":1");
    }

    /** The command would remove the maps with what such a program counts. */
    @Test
    void nobodyElseAttachesAProgramMeanwhile() throws Exception {
        startWithAnotherPin(); // so the command waits
        FutureTask<Throwable> attaching = new FutureTask<>(() -> {
            while (Files.exists(fs.path("acme/link"))) {
                Thread.onSpinWait();
            }
            try (PinnedBpf guest = PinnedBpf.open(object("pinned")).pins(pins).load()) {
                Throwable refused = catchThrowable(() -> guest.program("count").attach(Xdp.on("lo")));
                Files.delete(fs.path("elsewhere/count"));
                return refused;
            }
        });
        new Thread(attaching).start();

        CommandRun.of("end", fs.path("acme"), "-o", directory.resolve("saved.jsonl"), "--yes")
                .out(0);

        assertThat(attaching.get())
                .asInstanceOf(BPF_EXCEPTION)
                .hasErrno(Errno.EAGAIN)
                .hasMessageContaining("is just replacing the maps there");
    }

    /** The program stays when its link is detached. */
    private void startWithAnotherPin(String... beside) {
        try (PinnedBpf bpf = load();
                PinnedBpf unrelated = PinnedBpf.open(object("pinned"))
                        .pins(pins.withRoot(fs.path("another")))
                        .load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            bpf.program("count").attach(Xdp.on("lo"), LinkPin.at(fs.path("acme/link")));
            bpf.program("count").pin(fs.path("elsewhere/count"));
            for (String pin : beside) {
                (pin.endsWith("same") ? bpf : unrelated).program("count").pin(fs.path(pin));
            }
        }
    }

    @Test
    void changesNothingWhileSomebodyUsesThePins() throws Exception {
        try (PinnedBpf bpf = load()) {
            assertThat(end(fs.path("acme")).err(3)).contains("programs use the maps", "=count}", "Nothing was changed");
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
            assertThat(end(fs.path("acme")).err(3))
                    .contains("process " + ProcessHandle.current().pid(), "owns the pins in " + fs.path("acme"));
            assertThat(bpf.customer().drainAll(map -> {})).isEqualTo(1);
        }
        assertThat(file).doesNotExist();
    }

    /** The command is in another PID namespace than the service, so the kernel tells it no process. */
    @Test
    void changesNothingWhileAServiceOfAnotherNamespaceOwnsThePins() throws Exception {
        start();
        Process service = lock(fs.path("acme/owner"));
        try {
            assertThat(inAnotherNamespace("end", file, "--yes")).contains("another process");
            assertThat(inAnotherNamespace(1, "pins", fs.path("acme")))
                    .contains("owner: none in this PID namespace; a process of another one");
            assertThat(inAnotherNamespace(1, "pins", fs.path("acme"), "--json"))
                    .contains("\"owner\":null,\"ownerKnown\":false")
                    .doesNotContain("\"ownerKnown\":true");
            assertThat(inAnotherNamespace("drain", file))
                    .contains("another process")
                    .doesNotContain("saved");
        } finally {
            service.outputWriter().close();
            service.waitFor();
        }
        assertThat(fs.content()).contains("acme/link", "acme/customer", "acme/site", "acme/total");
        LoopbackSocket.exchange(PACKETS);
        end(fs.path("acme")).out(0);
        assertThat(Files.readString(file, StandardCharsets.UTF_8)).contains("\"packets\":" + PACKETS);
        assertThat(fs.content()).isEmpty();
    }

    /** Runs the command, which must fail. Returns its output. */
    private String inAnotherNamespace(String command, Path file, String... options) throws Exception {
        List<Object> words = new ArrayList<>(List.of(command, fs.path("acme"), "-o", file));
        words.addAll(List.of(options));
        return inAnotherNamespace(3, words.toArray());
    }

    private static String inAnotherNamespace(int exitCode, Object... arguments) throws Exception {
        Process end = new ChildVm()
                .startedBy("unshare", "--pid", "--fork", "--mount-proc")
                .start(Main.class, Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        String output = ChildVm.output(end);
        assertThat(end.waitFor()).as(output).isEqualTo(exitCode);
        return output;
    }

    /** Somebody has removed a pin. The next start of the service would keep these maps. */
    @Test
    void keepsMapsWithCountsBesideARemovedPin() throws Exception {
        start();
        Files.delete(fs.path("acme/link"));
        Files.delete(fs.pin("acme/customer"));
        for (String kept : new String[] {"-draining", "-inner", "-retired-4711"}) {
            Path counts = fs.pin("acme/customer" + kept);
            if (kept.equals("-retired-4711")) { // the service has left maps in the others
                Files.createDirectories(counts);
                Files.createLink(counts.resolve("42"), fs.pin("acme/total"));
            }
            assertThat(drain(fs.path("acme")).err(1)) // and the counts of the other maps are saved
                    .contains(counts.toString())
                    .doesNotContain("nothing was changed");
            // As if an earlier drain had written lines of the map.
            Files.writeString(file, Files.readString(file).replace("/site\"", "/customer\""));
            assertThat(Files.readString(file)).contains("/customer\"", "\"packets\":5");
            List<String> before = fs.content();
            assertThat(before).anyMatch(pin -> pin.startsWith("acme/customer" + kept + "/"));
            for (Object target : new Object[] {fs.path("acme"), fs.pin("acme/customer")}) {
                assertThat(end(target).err(3))
                        .contains(counts.toString())
                        .contains(
                                kept.equals("-retired-4711")
                                        ? new String[] {
                                            "an upgrade of " + fs.pin("acme/customer"), "completes the upgrade"
                                        }
                                        : new String[] {
                                            "somebody has removed the pin " + fs.pin("acme/customer"),
                                            "nestmap tree DIRECTORY --json"
                                        });
            }
            assertThat(fs.content()).isEqualTo(before);
            assertThat(CommandRun.of("tree", counts, "--json").exitCode()).isZero();
            try (Stream<Path> maps = Files.list(counts)) {
                for (Path map : maps.toList()) {
                    Files.delete(map);
                }
            }
        }
        end(fs.path("acme"), "--other-programs").out(0);
        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("acme/site") || pin.endsWith("-draining"));
    }

    /** A service in another PID namespace is about to pin its map there, after the command was killed. */
    @Test
    void removesNothingThatAServiceOfAnotherNamespaceLocks() throws Exception {
        Files.createFile(directory.resolve("saved.jsonl"));
        Files.createDirectories(fs.pin("acme/customer-draining"));
        Path locked = Files.createDirectories(fs.path("acme/owner"));
        Process service = lock(locked);
        try {
            assertThat(inAnotherNamespace("end", directory.resolve("saved.jsonl"), "--yes"))
                    .contains("owns the pins in " + fs.path("acme"));
            assertThat(fs.pin("acme/customer-draining")).exists();
        } finally {
            service.outputWriter().close();
            service.waitFor();
        }
    }

    /** The command was killed after it had saved the map. If the service has changed it since then, it comes again: the last line is valid. */
    @Test
    void savesAPlainMapOnce() throws Exception {
        start();
        LoopbackSocket.exchange(PACKETS);
        // Only the runtime's directories in `now` have maps that an upgrade has replaced.
        Path second =
                Files.createDirectories(fs.path("acme").resolve("old-retired")).resolve("total");
        Files.createLink(second, fs.pin("acme/total"));
        List<Long> later = List.of(41L, 41L, 0L, 0L, 41L);
        List<Path> again = new ArrayList<>();
        for (int run = 0; run < later.size(); run++) {
            again.add(Files.createDirectories(fs.path("again" + run)).resolve("total"));
            Files.createLink(again.get(run), fs.pin("acme/total"));
        }
        assertThat(end(fs.path("acme")).out(0))
                .contains(
                        fs.pin("acme/total") + ": saved 1 entry to " + file, second + ": was in " + file + " already");
        assertThat(savedTotals()).containsExactly("[{\"key\":0,\"value\":" + PACKETS + "}]}");

        for (int run = 0; run < later.size(); run++) {
            Path pin = again.get(run);
            try (UntypedMap.Owned total = Objects.requireNonNull(UntypedMap.openPinned(pin, MapAccess.READ_WRITE))) {
                total.put(new UntypedMap.Entry(bytes(Integer.BYTES, 0), bytes(Long.BYTES, later.get(run))));
            }
            end(Objects.requireNonNull(pin.getParent())).out(0);
        }
        assertThat(savedTotals())
                .containsExactly(
                        "[{\"key\":0,\"value\":" + PACKETS + "}]}",
                        "[{\"key\":0,\"value\":41}]}",
                        "[]}",
                        "[{\"key\":0,\"value\":41}]}");
    }

    private static ByteString bytes(int size, long number) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        return ByteString.of((size == Long.BYTES ? bytes.putLong(number) : bytes.putInt((int) number)).array());
    }

    /** The entries in the lines of the plain map. */
    private List<String> savedTotals() throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.contains("\"total\""))
                .map(line -> line.replaceFirst(".*\"entries\":", ""))
                .toList();
    }

    /** A newer version of Nestmap has changed the format of the files. */
    @Test
    void removesNothingOfANewerFormat() throws Exception {
        Path format = fs.path("acme/format-2");
        start();
        Files.createDirectory(format);
        List<String> before = fs.content();
        assertThat(end(fs.path("acme")).err(3)).contains("have format 2");
        assertThat(fs.content()).isEqualTo(before);

        Files.delete(format);
        end(fs.path("acme")).out(0);
        Files.createDirectories(fs.path("acme/owner"));
        Files.createDirectories(fs.path("acme/next"));
        Files.createDirectory(format);
        assertThat(end(fs.path("acme")).err(3)).contains("have format 2");
        assertThat(fs.path("acme/next")).isDirectory();
    }

    /** The command was killed after the step that ends all maps. */
    @Test
    void removesWhatAnInterruptedRunHasLeft() throws Exception {
        start();
        end(fs.path("acme")).out(0);
        for (Object target : new Object[] {fs.path("acme"), fs.pin("acme/customer")}) {
            start();
            Files.delete(fs.path("acme/link"));
            for (String link : List.of("customer", "site", "total")) {
                Files.delete(fs.path("acme").resolve(link));
            }
            Files.move(fs.path("acme/now"), fs.path("acme/next"));
            Files.createDirectory(fs.path("acme/now"));
            end(target).out(0);
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("acme/"));
        }
        assertThat(CommandRun.of("end", fs.path("acme"), "-o", directory.resolve("another"), "--yes")
                        .err(3))
                .contains("nothing is pinned at");
    }

    /** The command was killed after its last removal: a script repeats it until it succeeds. */
    @Test
    void completesARunThatWasKilledNearItsEnd() throws Exception {
        start();
        end(fs.path("acme")).out(0);
        // The last one is the root, where the kernel has files of its own.
        for (Path target : List.of(fs.path("acme"), fs.pin("acme/customer"), fs.path("acme/customer"), fs.path(""))) {
            assertThat(fs.content()).isEmpty();
            Files.writeString(file, "{\"identity\":\"ma", StandardOpenOption.APPEND);
            CommandRun completed = end(target);
            assertThat(completed.out(0)).contains("all pins are removed");
            assertThat(completed.err()).contains("the last line of " + file + " was not complete");
        }
        assertThat(end(fs.pin("acme/customers")).err(3)).contains("nothing is pinned at");
    }

    /** Otherwise a service with thousands of waiting maps could not be ended. */
    @Test
    void ownsMoreWaitingMapsThanItMayOpen() throws Exception {
        try (PinnedBpf bpf =
                PinnedBpf.open(object("pinned")).pins(pins).onlyPrograms().load()) {
            bpf.customer().create(42);
            for (int i = 0; i < WAITING; i++) {
                Objects.requireNonNull(bpf.customer().rotate(42)).close();
            }
        }
        assertThat(new ChildVm().run(FewFiles.class, fs.pin("acme/customer").toString()))
                .contains("owns " + WAITING);
    }

    /** Owns the slots of an outer map with few open files. */
    static final class FewFiles {
        public static void main(String[] arguments) throws Exception {
            try (UntypedOuterMap outer =
                    Objects.requireNonNull(UntypedOuterMap.openPinned(Path.of(arguments[0]), PinOptions.defaults()))) {
                int open =
                        Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
                new ProcessBuilder(
                                "prlimit",
                                "--nofile=" + (open + WAITING / 2),
                                "--pid=" + ProcessHandle.current().pid())
                        .start()
                        .waitFor();
                outer.own();
                System.out.println("owns " + outer.waitingCount());
            }
        }
    }

    /** Starts a service, which ends with one map that waits. Its program counts on. */
    private void start() {
        start(pins);
    }

    private void start(PinOptions options) {
        try (PinnedBpf bpf = PinnedBpf.open(object("pinned")).pins(options).load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
            bpf.program("count").attach(Xdp.on("lo"), LinkPin.at(fs.path("acme/link")));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
        }
    }
}
