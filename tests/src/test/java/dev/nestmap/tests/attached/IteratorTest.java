/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Iter;
import dev.nestmap.runtime.attach.IterLink;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.tests.attached.Iterated.Visits;
import dev.nestmap.tests.attached.IteratedBpf.VisitsMap;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The output of an iterator, which is a program, is read as a stream. */
@KernelTest
@Timeout(60)
class IteratorTest {
    /** The {@code LAST} of {@code iterated.bpf.c}. */
    private static final int LAST = 1_050_000;

    private static IteratedBpf bpf;

    @BeforeAll
    static void load() {
        KernelOption.MAP_ITERATORS.assume();
        bpf = IteratedBpf.load(BpfObjects.of("iterated"));
    }

    @AfterAll
    static void close() {
        if (bpf != null) {
            bpf.close();
        }
    }

    @Test
    void readsTheEntriesOfAnInnerMap() throws IOException {
        VisitsMap visits = bpf.visitsOf().create(0L);
        // More than the kernel's buffer of 32 KiB holds.
        List<Visits> entries = LongStream.range(0, 10_000)
                .mapToObj(page -> new Visits(page, page * page))
                .toList();
        visits.putAll(entries);
        bpf.visitsOf().create(1L).put(new Visits(1, 1));

        try (IterLink link = (IterLink) visits.attach(bpf.program("visits"))) {
            assertThat(link.info().kind()).isEqualTo(KernelLink.Kind.ITERATOR);
            // Sorted, because AssertJ compares each with each: half a minute in a virtual machine.
            assertThat(lines(link).stream().sorted().toList())
                    .isEqualTo(entries.stream()
                            .map(entry -> entry.page() + " " + entry.count())
                            .sorted()
                            .toList());
        }
    }

    @Test
    void eachStreamIsANewPass() throws IOException {
        VisitsMap visits = bpf.visitsOf().create(2L);
        visits.put(new Visits(1, 10));
        IterLink link = (IterLink) visits.attach(bpf.program("visits"));
        try (InputStream first = link.newInputStream();
                InputStream second = link.newInputStream()) {
            assertThat(first.read()).isEqualTo('1');
            visits.put(new Visits(1, 11));
            assertThat(text(second)).isEqualTo("1 11\n");
            assertThat(first.available()).isEqualTo(4);
            assertThat(text(first)).isEqualTo(" 10\n");
            assertThat(first.read()).isEqualTo(-1);
            assertThat(first.read(new byte[8])).isEqualTo(-1);
        }
        assertThat(lines(link)).containsExactly("1 11");
    }

    @Test
    void theProgramChangesTheEntries() throws IOException {
        VisitsMap visits = bpf.visitsOf().create(3L);
        visits.putAll(List.of(new Visits(1, 10), new Visits(2, 20)));
        try (IterLink link = (IterLink) visits.attach(bpf.program("reset"))) {
            assertThat(lines(link)).containsExactlyInAnyOrder("10", "20");
            assertThat(lines(link)).containsExactly("0", "0");
        }
        assertThat(visits.get(2)).isEqualTo(new Visits(2, 0));
    }

    @Test
    void theLinkStaysWithTheMapThatWasTakenOut() throws IOException {
        VisitsMap visits = bpf.visitsOf().create(4L);
        visits.put(new Visits(1, 10));
        IterLink link = (IterLink) visits.attach(bpf.program("visits"));
        try (DrainedMap<VisitsMap> drainedTicket =
                DrainedMap.of(Objects.requireNonNull(bpf.visitsOf().rotate(4L)))) {
            VisitsMap drained = drainedTicket.map();
            bpf.visitsOf().getOrCreate(4L).put(new Visits(2, 20));
            drained.put(new Visits(1, 12));
            assertThat(lines(link)).containsExactly("1 12");
        }
        assertThat(lines(link)).as("the link keeps the map alive").containsExactly("1 12");
    }

    @Test
    void aMillionEntriesWithoutOutputAreNoError() throws IOException {
        try (IterLink link = (IterLink) bpf.cell().attach(bpf.program("last"))) {
            assertThat(lines(link)).containsExactly(Integer.toString(LAST));
        }
    }

    @Test
    void readsEveryMapOfTheKernel() throws IOException {
        try (IterLink link = bpf.program("maps").attach(Iter.all())) {
            assertThat(lines(link)).contains(Integer.toString(bpf.cell().id()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks", "sleepable_tasks"})
    void readsTasks(String program) throws IOException {
        int thread = Descriptors.threadId();
        long process = ProcessHandle.current().pid();
        String own = thread + " " + process;
        try (IterLink all = bpf.program(program).attach(Iter.all());
                IterLink ofThread = bpf.program(program).attach(Iter.ofThread(thread));
                IterLink ofProcess = bpf.program(program).attach(Iter.ofProcess(Math.toIntExact(process)));
                IterLink ofNobody = bpf.program(program).attach(Iter.ofProcess(Integer.MAX_VALUE))) {
            assertThat(lines(all)).contains(own);
            assertThat(lines(ofThread)).containsExactly(own);
            assertThat(lines(ofProcess))
                    .hasSizeGreaterThan(1)
                    .contains(own)
                    .allMatch(line -> line.endsWith(" " + process));
            assertThat(lines(ofNobody)).isEmpty();
        }
    }

    @Test
    void readsControlGroups() throws IOException {
        Path root = ControlGroups.mount();
        Path outer = Files.createTempDirectory(root, "nestmap");
        Path inner = Files.createDirectory(outer.resolve("inner"));
        try (IterLink self = groups(outer, Iter.Order.SELF_ONLY);
                IterLink up = groups(inner, Iter.Order.ANCESTORS_UP);
                IterLink down = groups(outer, Iter.Order.DESCENDANTS_PRE);
                IterLink downLast = groups(outer, Iter.Order.DESCENDANTS_POST)) {
            assertThat(lines(self)).containsExactly(id(outer));
            assertThat(lines(up)).containsExactly(id(inner), id(outer), id(root));
            assertThat(lines(down)).containsExactly(id(outer), id(inner));
            assertThat(lines(downLast)).containsExactly(id(inner), id(outer));
        } finally {
            Files.delete(inner);
            Files.delete(outer);
        }
    }

    private static IterLink groups(Path first, Iter.Order order) {
        return bpf.program("groups").attach(Iter.ofCgroups(first, order));
    }

    @Test
    void streamsOutliveTheLinkAndTheObject() throws IOException {
        IteratedBpf object = IteratedBpf.load(BpfObjects.of("iterated"));
        IterLink link = object.program("tasks").attach(Iter.ofThread(Descriptors.threadId()));
        try (InputStream stream = link.newInputStream();
                InputStream other = link.newInputStream()) {
            link.close();
            assertThat(text(stream)).startsWith(Descriptors.threadId() + " ");
            assertThatThrownBy(link::newInputStream)
                    .isInstanceOf(BpfException.class)
                    .hasMessage("reading of the output of the link of program tasks to thread " + Descriptors.threadId()
                            + ": the link has been closed: if it is pinned, open it from its pin");
            object.close();
            assertThat(text(other)).startsWith(Descriptors.threadId() + " ");
        }
    }

    @Test
    void aClosedStreamHasNoDescriptor() throws IOException {
        IterLink link = bpf.program("tasks").attach(Iter.all());
        InputStream stream = link.newInputStream();
        assertThat(openIterators()).isOne();
        stream.close();
        stream.close();
        assertThat(openIterators()).isZero();
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("Stream closed");
        assertThatThrownBy(() -> stream.read(new byte[1])).hasMessageContaining("Stream closed");
        assertThatThrownBy(stream::available).hasMessageContaining("Stream closed");
    }

    @Test
    void aReadNamesWhatTheProgramDoesWrong() {
        Iter thread = Iter.ofThread(Descriptors.threadId());
        try (IterLink floods = bpf.program("floods").attach(thread);
                IterLink stays = bpf.program("stays").attach(thread)) {
            assertThatThrownBy(() -> lines(floods))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(((BpfException) Objects.requireNonNull(e.getCause())).errno())
                                    .isEqualTo(Errno.E2BIG))
                    .hasMessageStartingWith("reading of the output of the link of program floods to thread ")
                    .hasMessageContaining("wrote more for one object");
            assertThatThrownBy(() -> lines(stays))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(((BpfException) Objects.requireNonNull(e.getCause())).errno())
                                    .isEqualTo(Errno.EAGAIN));
        }
    }

    static List<String> lines(IterLink link) throws IOException {
        try (InputStream stream = link.newInputStream()) {
            return text(stream).lines().toList();
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String id(Path group) throws IOException {
        return Files.getAttribute(group, "unix:ino").toString();
    }

    private static long openIterators() {
        return NoFdLeaks.open().stream()
                .filter(file -> file.contains("bpf_iter"))
                .count();
    }
}
