/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import java.util.function.Consumer;

/** The operations on structs of functions that the kernel calls. */
enum StructOperation implements FaultyOperation<StructScene> {
    ATTACH(StructScene::load, scene -> scene.attach().close(), StructScene::requireDetached),
    ATTACH_PINNED(StructScene::load, scene -> scene.attachPinned().close(), StructScene::requireNewestStruct),
    REPLACE(
            scene -> {
                scene.load();
                scene.attachPinned().close();
                scene.load();
            },
            scene -> scene.attachPinned().close(),
            StructScene::requireNewestStruct),
    DETACH(
            scene -> {
                scene.load();
                scene.attachPinned().close();
            },
            StructScene::detach,
            StructScene::requireDetached);

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Consumer<StructScene> preparation;

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Consumer<StructScene> operation;

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Consumer<StructScene> requirement;

    StructOperation(
            Consumer<StructScene> preparation, Consumer<StructScene> operation, Consumer<StructScene> requirement) {
        this.preparation = preparation;
        this.operation = operation;
        this.requirement = requirement;
    }

    @Override
    public void prepare(StructScene scene) {
        preparation.accept(scene);
    }

    @Override
    public void run(StructScene scene) {
        operation.accept(scene);
    }

    /** libbpf takes EBUSY of the struct's map for a struct that was attached before. */
    @Override
    public boolean isFailure(SystemCall call, Errno errno) {
        return call != SystemCall.MAP_UPDATE_ELEM || errno != Errno.EBUSY;
    }

    @Override
    public void requireExactCounts(StructScene scene) {
        requirement.accept(scene);
    }
}
