/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Iter;
import dev.nestmap.runtime.attach.IterLink;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.attached.Iterated.Visits;
import dev.nestmap.tests.attached.IteratedBpf.VisitsMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links of iterators: their pins, and which programs and targets fit. */
@KernelTest
@Timeout(60)
@Tag("jdk-independent")
class IteratorLinkTest extends PinningTest {
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
    void aPinIsAFileThatCatReads() throws Exception {
        Path pin = fs.path("visits");
        try (IteratedBpf object = IteratedBpf.load(BpfObjects.of("iterated"))) {
            VisitsMap visits = object.visitsOf().create(1L);
            visits.put(new Visits(3, 30));
            ((KernelLink) visits.attach(object.program("visits"))).pin(LinkPin.at(pin));
        } // the outer map is gone, and the pinned link keeps the inner map

        assertThat(cat(pin)).isEqualTo("3 30\n");
        try (IterLink opened = (IterLink) Nestmap.openPinnedLink(pin)) {
            assertThat(IteratorTest.lines(opened)).containsExactly("3 30");
            opened.detach();
        }
        assertThat(Files.exists(pin)).isFalse();
    }

    /** The next run may have other parameters. */
    @Test
    void theNextRunReplacesThePin() throws Exception {
        LinkPin pin = LinkPin.at(fs.path("links/tasks"));
        Path file = fs.path("links/tasks");
        long process = ProcessHandle.current().pid();
        int thread = Descriptors.threadId();
        String first = thread + " " + process + "\n";
        bpf.program("tasks").attach(Iter.ofThread(thread), pin).close();
        assertThat(cat(file)).isEqualTo(first);

        try (IteratedBpf next = IteratedBpf.load(BpfObjects.of("iterated"))) {
            KernelLink link = next.program("sleepable_tasks").attach(Iter.ofProcess(Math.toIntExact(process)), pin);
            assertThat(cat(file)).contains(first).hasSizeGreaterThan(first.length());
            assertThat(fs.content()).containsExactly("links", "links/owner", "links/tasks");
            link.detach();
        }
        assertThat(Files.exists(file)).isFalse();
    }

    /** The kernel would accept this update, and then read beyond the value. */
    @Test
    void theProgramOfALinkIsNotReplaced() throws Exception {
        VisitsMap visits = bpf.visitsOf().create(1L);
        visits.put(new Visits(3, 30));
        try (IterLink link = (IterLink) visits.attach(bpf.program("visits"))) {
            assertThatThrownBy(() -> link.update(bpf.program("beyond")))
                    .hasMessageContaining("program of an iterator")
                    .hasMessageContaining("close this link and attach");
            assertThat(IteratorTest.lines(link)).containsExactly("3 30");
        }
    }

    @Test
    void theProgramMustStayWithinTheEntries() {
        VisitsMap visits = bpf.visitsOf().create(2L);
        assertThatThrownBy(() -> visits.attach(bpf.program("beyond")))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES))
                .asInstanceOf(BPF_EXCEPTION)
                .isOf("attachment of program beyond to map visits_map")
                .hasMessageContaining(": refused by Linux ")
                .hasMessageContaining(
                        "the program accesses bytes beyond the keys or the values of the map, which have 4 and 8 bytes:");
    }

    @Test
    void theTypeOfTheMapMustBeOneThatTheKernelIterates() {
        assertThatThrownBy(() -> bpf.route().attach(bpf.program("visits")))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContaining(
                        "the map is of the type LPM_TRIE, and a program of SEC(\"iter/bpf_map_elem\") visits the entries of"
                                + " the types HASH, RHASH, LRU_HASH,");
        assertThatThrownBy(() -> bpf.visitsOf().attach(bpf.program("visits")))
                .hasMessageContaining("the map is of the type HASH_OF_MAPS")
                .hasMessageContaining("attach it to an inner map");
        try (IterLink link = (IterLink) bpf.cellOfCpu().attach(bpf.program("reset"))) {
            assertThat(link).isNotNull();
        }
    }

    @Test
    void theTargetMustFitTheSection() {
        UntypedProgram tasks = bpf.program("tasks");
        UntypedProgram visits = bpf.program("visits");
        UntypedProgram groups = bpf.program("groups");
        Path group = Path.of("/sys/fs/cgroup");
        assertThatThrownBy(() -> bpf.cell().attach(tasks))
                .hasMessage(
                        "attachment of program tasks to map cell: a program of SEC(\"iter/task\") does not visit the entries of"
                                + " a map: use program.attach(Iter.all()), or compile it with SEC(\"iter/bpf_map_elem\")");
        assertThatThrownBy(visits::attach)
                .hasMessageContaining("a program of SEC(\"iter/bpf_map_elem\") visits the entries of one map")
                .hasMessageEndingWith("use map.attach(program)");
        assertThatThrownBy(groups::attach).hasMessageContaining("use attach(Iter.ofCgroups(");
        assertThatThrownBy(() -> groups.attach(Iter.ofThread(1))).hasMessageContaining("use attach(Iter.ofCgroups(");
        assertThatThrownBy(() -> tasks.attach(Iter.ofCgroups(group, Iter.Order.SELF_ONLY)))
                .hasMessageContaining("a program of SEC(\"iter/task\") does not visit control groups");
        assertThatThrownBy(() -> bpf.program("maps").attach(Iter.ofProcess(1)))
                .hasMessageContaining(
                        "SEC(\"iter/bpf_map\") does not visit tasks, so it can't be limited to process 1");
        assertThatThrownBy(() -> tasks.attach(Tracing.declared())).hasMessageContaining("use attach(Iter.all())");
        assertThatThrownBy(() -> bpf.program("passes").attach(Iter.all()))
                .hasMessageContaining("use attach(Xdp.on(\"eth0\"))");
        assertThatThrownBy(() -> groups.attach(Iter.ofCgroups(Path.of("/proc"), Iter.Order.SELF_ONLY)))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        assertThatThrownBy(() -> groups.attach(Iter.ofCgroups(Path.of("/nowhere"), Iter.Order.SELF_ONLY)))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    private static String cat(Path pin) {
        return InstalledCommand.run("cat", pin).succeeded().output();
    }
}
