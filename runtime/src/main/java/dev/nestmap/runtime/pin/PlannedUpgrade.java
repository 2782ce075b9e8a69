/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.runtime.error.BpfException;
import java.util.List;

/**
 * What a load would do with pinned maps of another version. {@code TenantFlowsBpf.plan} compares the schema texts of both versions. {@code
 * toString()} returns the plan for each map.
 */
public interface PlannedUpgrade {
    /** {@return the pinned maps whose entries can't be converted and therefore wait, with the reasons} */
    List<String> waiting();

    /**
     * Requires that no map waits.
     *
     * @throws BpfException if a map would wait; the message lists all such maps
     */
    void requireNothingWaits();

    /** {@return what the other version would do with the pinned maps of this version} */
    PlannedUpgrade back();
}
