/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

/** Creates the inner maps that programs have requested. */
enum DemandOperation implements FaultyOperation<DemandScene> {
    SERVE;

    @Override
    public Steps<DemandScene> steps() {
        return new Steps<>(DemandScene::request, DemandScene::serve, DemandScene::requireExactCounts);
    }
}
