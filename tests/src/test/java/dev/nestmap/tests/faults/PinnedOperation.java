/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operations on pinned maps. Each can be repeated after it has failed. */
enum PinnedOperation implements FaultyOperation<PinnedScene> {
    LOAD(scene -> {}, PinnedScene::loadAndClose),
    RELOAD(PinnedScene::fillAndClose, PinnedScene::loadAndClose),
    NEW_MAP(
            scene -> {},
            scene -> PinnedBpf.CUSTOMER_MAP.create(scene.pin(), scene.pins()).close()),
    OPEN(
            PinnedScene::fillAndClose,
            scene -> PinnedBpf.CUSTOMER_MAP.openPinned(scene.pin()).close()),
    OPEN_UNTYPED(PinnedScene::fillAndClose, PinnedScene::openUntyped),
    CREATE(PinnedScene::fill, scene -> scene.customers().create(7)),
    CREATE_ALL(PinnedScene::fill, scene -> {
        List<Long> missing = new ArrayList<>(List.of(7L, 8L));
        missing.removeAll(scene.customers().keys()); // those that a failed run has created
        scene.customers().createAll(missing);
    }),
    GET_OR_CREATE(PinnedScene::fill, scene -> scene.customers().getOrCreate(7)),
    REPLACE_NOTHING(PinnedScene::fill, scene -> scene.customers().replace(7, table -> table.put(new Flow(80, 0, 0)))),
    REPLACE(
            scene -> {
                scene.fill();
                scene.customers().create(7);
            },
            scene -> scene.customers().replace(7, table -> table.put(new Flow(80, 0, 0)))),
    ROTATE_FILLED(
            PinnedScene::fill,
            scene -> drain(scene, customers -> customers.rotate(42, fresh -> fresh.put(new Flow(80, 0, 0))))),
    ROTATE(PinnedScene::fill, scene -> drain(scene, customers -> customers.rotate(42))),
    /** With slots that an earlier rotation has read. */
    ROTATE_AGAIN(
            scene -> {
                scene.fill();
                drain(scene, customers -> customers.rotate(43));
                drain(scene, customers -> customers.rotate(43));
            },
            scene -> drain(scene, customers -> customers.rotate(42))),
    TAKE(PinnedScene::fill, scene -> drain(scene, customers -> customers.take(42))),
    ROTATE_ALL(PinnedScene::fill, scene -> drainAll(scene, customers -> customers.rotateAll(List.of(42L, 43L)))),
    TAKE_ALL(PinnedScene::fill, scene -> drainAll(scene, customers -> customers.takeAll(List.of(42L, 43L)))),
    REMOVE(
            scene -> {
                scene.fill();
                scene.customers().create(7);
            },
            scene -> scene.customers().discard(7)),
    REMOVE_ALL(PinnedScene::fillAndCreate, scene -> scene.customers().discardAll(List.of(7L, 8L))),
    CLEAR(
            scene -> {
                scene.fillAndCreate();
                drainAll(scene, customers -> customers.takeAll(List.of(42L, 43L)));
            },
            scene -> scene.customers().discardAll()),
    RECOVER(
            scene -> {
                scene.fill();
                scene.leaveWaiting(42);
            },
            PinnedScene::recover),
    SLOTS(PinnedScene::fill, scene -> {
        scene.customers().keys();
        scene.customers().contains(42);
        scene.customers().forEach((id, flows) -> flows.id());
    }),
    ENTRIES(PinnedScene::fill, scene -> {
        FlowMap flows = Objects.requireNonNull(scene.customers().get(42));
        flows.put(new Flow(80, 0, 1));
        flows.get(80);
        flows.putAll(List.of(new Flow(81, 0, 1), new Flow(82, 0, 1)));
        List<Flow> all = new ArrayList<>();
        flows.forEach(all::add);
        flows.remove(80);
        flows.removeAll(List.of(81L, 82L));
    });

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Steps<PinnedScene> steps;

    PinnedOperation(Consumer<PinnedScene> preparation, Consumer<PinnedScene> operation) {
        this.steps = new Steps<>(preparation, operation, this::requireCounts);
    }

    @Override
    public Steps<PinnedScene> steps() {
        return steps;
    }

    @Override
    public void open(PinnedScene scene) {
        if (this != LOAD && this != RELOAD && this != NEW_MAP && this != OPEN && this != OPEN_UNTYPED) {
            scene.load();
        }
    }

    /** A new map is created once. A failed call may have left its pin: then the next one says so, and the user opens it. */
    @Override
    public void repeat(PinnedScene scene) {
        try {
            run(scene);
        } catch (BpfException e) {
            if (this != NEW_MAP || e.errno() != Errno.EEXIST) {
                throw e;
            }
            assertThat(scene.pin()).exists(); // the symbolic link, too, which may have been missing
            OPEN.run(scene);
        }
    }

    /** Recovers as the next process does, and requires that each packet is counted once. */
    void recover(PinnedScene scene) {
        boolean isPinned = Files.exists(scene.pin());
        if (this == LOAD || (this == NEW_MAP && !isPinned)) {
            repeat(scene);
        } else if (this == NEW_MAP) {
            OPEN.run(scene);
        }
        requireExactCounts(scene);
    }

    @Override
    public Collection<SystemCall> characteristicCalls(Collection<SystemCall> recorded) {
        return switch (this) {
            case CREATE,
                    CREATE_ALL,
                    GET_OR_CREATE,
                    REPLACE_NOTHING,
                    REPLACE,
                    ROTATE_FILLED,
                    ROTATE,
                    ROTATE_AGAIN,
                    ROTATE_ALL -> List.of(SystemCall.MAP_UPDATE_ELEM, SystemCall.MAP_UPDATE_BATCH);
            case TAKE, TAKE_ALL, REMOVE, REMOVE_ALL, CLEAR ->
                List.of(SystemCall.MAP_DELETE_ELEM, SystemCall.MAP_DELETE_BATCH);
            default -> recorded;
        };
    }

    private void requireCounts(PinnedScene scene) {
        if (this != LOAD && this != NEW_MAP) {
            scene.requireExactCounts();
        }
    }

    private static void drain(PinnedScene scene, Function<CustomerMap, @Nullable Displaced<?, FlowMap>> operation) {
        Displaced<?, FlowMap> displaced = operation.apply(scene.customers());
        scene.drain(displaced == null ? List.of() : List.of(displaced));
    }

    private static void drainAll(PinnedScene scene, Function<CustomerMap, List<Displaced<Long, FlowMap>>> operation) {
        scene.drain(operation.apply(scene.customers()));
    }
}
