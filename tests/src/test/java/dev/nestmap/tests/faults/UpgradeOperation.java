/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

/** Replaces a program and its records by their next version. */
enum UpgradeOperation implements FaultyOperation<UpgradeScene> {
    UPGRADE;

    @Override
    public void prepare(UpgradeScene scene) {
        scene.loadAndClose();
    }

    @Override
    public void run(UpgradeScene scene) {
        scene.upgradeAndClose();
    }

    /** An upgrade continues where it failed. */
    @Override
    public boolean isAtomic() {
        return false;
    }

    @Override
    public void requireExactCounts(UpgradeScene scene) {
        scene.requireExactCounts();
    }
}
