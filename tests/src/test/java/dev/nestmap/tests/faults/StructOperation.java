/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The operations on structs of functions that the kernel calls. */
enum StructOperation implements FaultyOperation<StructScene> {
    ATTACH(
            StructScene::load,
            scene -> {
                Link link = scene.attach();
                scene.requireAttached();
                link.close();
            },
            StructScene::requireNoStruct),
    ATTACH_PINNED(StructScene::load, scene -> scene.attachPinned().close(), StructScene::requireNewestStruct),
    REPLACE(
            scene -> {
                scene.load();
                scene.attachPinned().close();
                scene.load();
            },
            scene -> scene.replacePinned().close(),
            StructScene::requireNewestStruct),
    DETACH(
            scene -> {
                scene.load();
                scene.attachPinned().close();
            },
            StructScene::detach,
            StructScene::requireNoStruct);

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Steps<StructScene> steps;

    StructOperation(
            Consumer<StructScene> preparation, Consumer<StructScene> operation, Consumer<StructScene> requirement) {
        this.steps = new Steps<>(preparation, operation, requirement);
    }

    @Override
    public void open(StructScene scene) {
        scene.load();
    }

    @Override
    public void repeat(StructScene scene) {
        if (this == ATTACH_PINNED && Files.exists(scene.pin())) {
            scene.replacePinned().close();
        } else {
            run(scene);
        }
    }

    @Override
    public Steps<StructScene> steps() {
        return steps;
    }

    /** If the update of the struct's map fails with EBUSY, libbpf assumes that the map already contains the struct, and continues. */
    @Override
    public boolean isFailure(SystemCall call, Errno errno) {
        return call != SystemCall.MAP_UPDATE_ELEM || errno != Errno.EBUSY;
    }

    @Override
    public Collection<SystemCall> characteristicCalls(Collection<SystemCall> recorded) {
        return switch (this) {
            case ATTACH, ATTACH_PINNED -> List.of(SystemCall.LINK_CREATE);
            case REPLACE -> List.of(SystemCall.LINK_UPDATE);
            case DETACH -> List.of(SystemCall.UNLINK);
        };
    }
}
