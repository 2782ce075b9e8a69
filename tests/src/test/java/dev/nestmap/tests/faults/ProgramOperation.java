/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.WritableArrayView;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.tests.faults.Faulted.Packet;
import dev.nestmap.tests.faults.Faulted.Run;
import dev.nestmap.tests.faults.Faulted.Session;
import dev.nestmap.tests.faults.Faulted.Traced;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The operations on programs, their links, and what they share with user space. */
enum ProgramOperation implements FaultyOperation<ProgramScene> {
    LOAD(scene -> {}, ProgramScene::loadAndClose, scene -> {}),
    ATTACH(ProgramScene::load, scene -> scene.attach().close(), ProgramScene::requireNoProgram),
    ATTACH_PINNED(ProgramScene::load, scene -> scene.attachPinned().close(), ProgramScene::requireNewestProgram),
    SWAP(
            scene -> {
                scene.load();
                scene.attachPinned().close();
                scene.load();
            },
            scene -> scene.attachPinned().close(),
            ProgramScene::requireNewestProgram),
    OVERLAP(
            scene -> {
                scene.load();
                scene.attachOverlapping().close();
                scene.load();
            },
            scene -> scene.attachOverlapping().close(),
            scene -> scene.requirePinnedLinkOf(scene.newest().program("trace"))),
    INSPECT(
            scene -> {
                scene.load();
                scene.attachPinned().close();
            },
            scene -> scene.requirePinnedLinkOf(scene.program()),
            ProgramScene::requireNewestProgram),
    DETACH(
            scene -> {
                scene.load();
                scene.attachPinned().close();
            },
            scene -> {
                try (KernelLink link = Nestmap.openPinnedLink(scene.pin())) {
                    link.detach();
                }
            },
            ProgramScene::requireNoProgram),
    TEST_RUN(ProgramScene::load, scene -> scene.program().testRun(new byte[64]), scene -> {}),
    VIEW(
            ProgramScene::load,
            scene -> {
                try (WritableArrayView<Integer, Run> view = scene.newest().run().writableView()) {
                    view.put(new Run(0, 5));
                }
            },
            scene -> assertThat(scene.newest().run().get(0)).isEqualTo(new Run(0, 5))),
    STORAGE(
            scene -> {
                scene.load();
                scene.newest().session().put(scene.socket(1), new Session(1));
            },
            scene -> {
                scene.newest().session().put(scene.socket(0), new Session(5));
                assertThat(scene.newest().session().get(scene.socket(0))).isEqualTo(new Session(5));
                scene.newest().session().remove(scene.socket(1));
            },
            scene -> {
                assertThat(scene.newest().session().get(scene.socket(0))).isEqualTo(new Session(5));
                assertThat(scene.newest().session().get(scene.socket(1))).isNull();
            }),
    RING_BUFFER(
            scene -> {
                scene.load();
                scene.attach();
                LoopbackSocket.exchange(2);
            },
            scene -> scene.newest().packet().consume(event -> {}),
            scene -> requireNextEvent(scene)),
    PERF_EVENTS(
            scene -> {
                scene.load();
                scene.attach();
            },
            scene -> scene.newest().traced().open(4096),
            scene -> {
                LoopbackSocket.exchange(2);
                List<Traced> events = new ArrayList<>();
                scene.newest()
                        .traced()
                        .consume(events::add, lost -> assertThat(lost).isZero());
                assertThat(events).containsExactlyInAnyOrder(new Traced(0), new Traced(1));
            });

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Steps<ProgramScene> steps;

    ProgramOperation(
            Consumer<ProgramScene> preparation, Consumer<ProgramScene> operation, Consumer<ProgramScene> requirement) {
        this.steps = new Steps<>(preparation, operation, requirement);
    }

    /** Each event comes once: those before the operation are consumed by it. */
    private static void requireNextEvent(ProgramScene scene) {
        LoopbackSocket.exchange(1);
        List<Packet> events = new ArrayList<>();
        scene.newest().packet().consume(events::add);
        assertThat(events).containsExactly(new Packet(2));
    }

    @Override
    public void open(ProgramScene scene) {
        scene.load();
    }

    @Override
    public void repeat(ProgramScene scene) {
        if (this != DETACH || Files.exists(scene.pin())) {
            run(scene);
        }
    }

    @Override
    public Steps<ProgramScene> steps() {
        return steps;
    }
}
