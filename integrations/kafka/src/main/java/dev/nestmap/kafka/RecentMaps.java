/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.time.Instant;

/**
 * Remembers the maps of recent parts as hashes in 32 MB, however many there are. Finds a part of the same map that comes again with another
 * number, for example because the shipper lost its markers, unless a few million parts are between them.
 */
final class RecentMaps {
    private static final int BUCKETS = 1 << 19;

    /** Hashes in a bucket, newest first. */
    private static final int SLOTS = 8;

    private final long[] hashes = new long[BUCKETS * SLOTS];

    /** Adds a part of a map. Returns false if it is remembered already. */
    boolean add(MapIdentity map, int part) {
        long hash = hash(map, part);
        int bucket = (int) (hash >>> Integer.SIZE) & (BUCKETS - 1);
        int first = bucket * SLOTS;
        for (int i = first; i < first + SLOTS; i++) {
            if (hashes[i] == hash) {
                return false;
            }
        }
        System.arraycopy(hashes, first, hashes, first + 1, SLOTS - 1);
        hashes[first] = hash;
        return true;
    }

    private static long hash(MapIdentity map, int part) {
        long hash = map.machine().hashCode();
        hash = mix(hash ^ map.bootId().getMostSignificantBits());
        hash = mix(hash ^ map.bootId().getLeastSignificantBits());
        Instant takenOut = map.takenOut();
        hash = mix(hash ^ takenOut.getEpochSecond());
        hash = mix(hash ^ takenOut.getNano());
        hash = mix(hash ^ map.mapId());
        return mix(hash ^ part) | 1; // 0 is an empty slot
    }

    /** Distributes bits: the finalizer of splitmix64. */
    private static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
