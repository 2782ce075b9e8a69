/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

/** Replaces a program and its records by their next version. */
enum UpgradeOperation implements FaultyOperation<UpgradeScene> {
    UPGRADE;

    @Override
    public Steps<UpgradeScene> steps() {
        return new Steps<>(UpgradeScene::loadAndClose, UpgradeScene::upgradeAndClose, UpgradeScene::requireExactCounts);
    }

    /** An upgrade continues where it failed. */
    @Override
    public boolean isAtomic() {
        return false;
    }
}
