/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

/** Creates the inner maps that programs have requested. */
enum DemandOperation implements FaultyOperation<DemandScene> {
    SERVE;

    @Override
    public void prepare(DemandScene scene) {
        scene.request();
    }

    @Override
    public void run(DemandScene scene) {
        scene.serve();
    }

    @Override
    public void requireExactCounts(DemandScene scene) {
        scene.requireExactCounts();
    }
}
