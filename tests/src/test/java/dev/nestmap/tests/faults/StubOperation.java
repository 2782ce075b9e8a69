/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

/** Puts the program of the next version into the slot that a stub jumps to. */
enum StubOperation implements FaultyOperation<StubScene> {
    UPGRADE;

    @Override
    public Steps<StubScene> steps() {
        return new Steps<>(scene -> scene.start(0), scene -> scene.start(1), StubScene::requireExactCounts);
    }
}
