/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.LoopbackSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Loaded objects whose programs are attached to the loopback interface of a network namespace, and the pins of their links. */
final class ProgramScene extends FaultScene {
    private final Path object;
    private final List<FaultedBpf> loaded = new ArrayList<>();
    private final int[] sockets = Descriptors.socketPair();

    /** @param directory where links are pinned; it does not exist yet */
    ProgramScene(Path directory, Path object) {
        super(directory);
        this.object = object;
    }

    void loadAndClose() {
        FaultedBpf.load(object).close();
    }

    /** Loads the object once more. Objects that were loaded before stay open, as those of an earlier process would. */
    void load() {
        loaded.add(FaultedBpf.load(object));
    }

    /** The object that was loaded last. */
    FaultedBpf newest() {
        return loaded.get(loaded.size() - 1);
    }

    /** The descriptor of one of two sockets. */
    int socket(int index) {
        return sockets[index];
    }

    UntypedProgram program() {
        return newest().program("count");
    }

    Link attach() {
        return program().attach(Xdp.on("lo"));
    }

    Path pin() {
        return directory.resolve("count");
    }

    Link attachPinned() {
        return program().attach(Xdp.on("lo"), LinkPin.at(pin()).withUnpinnedMaps());
    }

    Link attachOverlapping() {
        return newest().program("trace")
                .attach(
                        Tracepoint.Raw.of("sys_enter"),
                        LinkPin.at(pin()).withUnpinnedMaps().withReplacement(LinkPin.Replacement.OVERLAP));
    }

    /** Requires that no attached program counts packets. */
    void requireNoProgram() {
        long before = counted();
        LoopbackSocket.exchange(2);
        assertThat(counted()).isEqualTo(before);
    }

    /** Requires that the newest program counts each packet, and no other one does. */
    void requireNewestProgram() {
        long before = counted();
        long newest = counted(newest());
        LoopbackSocket.exchange(2);
        assertThat(counted(newest())).as("the newest program").isEqualTo(newest + 2);
        assertThat(counted()).as("all programs").isEqualTo(before + 2);
    }

    /** Requires that the pinned link belongs to a program of the newest object. */
    void requirePinnedLinkOf(UntypedProgram program) {
        try (KernelLink link = Nestmap.openPinnedLink(pin())) {
            assertThat(link.info().programId()).isEqualTo(program.id());
            assertThat(link.info().attached()).isTrue();
        }
    }

    private long counted() {
        return loaded.stream().mapToLong(ProgramScene::counted).sum();
    }

    private static long counted(FaultedBpf bpf) {
        return Objects.requireNonNull(bpf.run().get(0), "an array has every index")
                .count();
    }

    @Override
    void closeAll() {
        loaded.forEach(FaultedBpf::close);
        for (String pin : content()) {
            Nestmap.openPinnedLink(directory.resolve(pin)).detach();
        }
        Descriptors.close(sockets);
    }
}
