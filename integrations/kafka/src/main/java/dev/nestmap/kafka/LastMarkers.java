/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The last committed marker of each outer map that has shipped with one transactional id.
 *
 * @param byKey the markers
 * @param latest the one that was committed last; null if there is none
 */
record LastMarkers(
        Map<MarkerKey, CommitMarker> byKey, @Nullable CommitMarker latest) {
    /** Returns whether any of the markers names a map. */
    boolean name(UUID boot, CommitMarker.Entry map) {
        return byKey.values().stream().anyMatch(marker -> marker.names(boot, map));
    }
}
