/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

/** A deliberate mistake in the protocol: the exploration must find a world in which it breaks a promise. */
enum Mistake {
    /** The owner locks the generation, which moves away with the exchange. */
    LOCK_OF_GENERATION("upgrade beside the service"),
    /** Who has waited for the lock does not look whether the directory is still there. */
    LOCK_OF_REMOVED_DIRECTORY("end beside two starts"),
    NO_LOCK("rotation beside drain"),
    /** The next owner removes more than what is worth nothing. */
    REMOVE_FOREIGN_FILES("rotation beside drain"),
    /** The next owner keeps the waiting pin of a map that is still in its slot. */
    KEEP_PIN_OF_MAP_IN_SLOT("rotation beside drain"),
    /** The next owner looks for such a map only in the slots of the same outer map. */
    LOOK_IN_OWN_SLOTS_ONLY("end of two maps that share an inner map"),
    /** The next owner looks for such a map only in the slots of the outer maps that its version declares. */
    LOOK_IN_DECLARED_SLOTS_ONLY("map moved to an outer map that the next version does not declare"),
    /** A slot is emptied while its map has the pin of a map in this slot, as if other software took it out. */
    UNPIN_AFTER_REMOVAL("shared map of an outer map that the new version does not declare"),
    /** A process that owns the set already does not look at slots and pins before it loads again. */
    TIDY_ONLY_ONCE("second load of a process that has moved a map"),
    /** The next owner removes the pin of an inner map that is in no slot, as if the map waited somewhere. */
    UNPIN_MAP_THAT_OTHERS_TOOK("map that other software took out"),
    /** An upgrade retires a map only if it has a pin as the map of its slot. */
    RETIRE_ONLY_PINNED_MAPS("map that other software put into a slot"),
    /** A load that fails takes a first generation back that an earlier load has published. */
    BACK_FROM_GENERATION_OF_OTHERS("first load that is repeated, beside a guest"),
    /** The old inner maps get their names after the exchange. */
    RETIRE_AFTER_EXCHANGE("upgrade beside the service"),
    /** An inner map in several slots gets a name for each. */
    RETIRE_FOR_EACH_SLOT("upgrade of two maps that share an inner map"),
    /** The text of the previous version stays with the new map. */
    KEEP_TEXT("upgrade beside the service"),
    TWO_RENAMES("upgrade beside the service"),
    /** The maps of a set change version one after the other, and a load changes those that are left: a migration for each pin. */
    MAP_BY_MAP("upgrade of two maps that share an inner map"),
    /** A load refuses directories that are in two versions. */
    EQUAL_VERSIONS_IN_ALL_SETS("upgrade of two sets"),
    /** A process that waits for several sets locks them in the order in which its maps are declared. */
    LOCK_IN_ORDER_OF_DECLARATION("two sets in different orders"),
    /** A new generation is open to guests before its load has succeeded. */
    NOT_CLOSED("guest with a program beside a failing first load"),
    /** A guest attaches without looking whether its generation is closed, or in use. */
    GUEST_DOES_NOT_LOOK("guest with a program beside an upgrade"),
    /** A guest looks before it loads its program. */
    GUEST_LOOKS_BEFORE_LOADING("guest with a program beside an upgrade"),
    /** A guest first looks whether its generation is in use, and then whether it is closed. */
    GUEST_COMPARES_FIRST("guest with a program beside an upgrade"),
    /** An upgrade first looks for programs of guests, and then closes the generation. */
    CLOSE_AFTER_LOOKING("guest with a program beside an upgrade"),
    /** The end does not close the generation, and does not look for programs of guests. */
    END_BESIDE_GUEST("guest with a program beside the end"),
    /** A guest finds each file by its path. */
    GUEST_WALKS_TWICE("guest beside an upgrade"),
    /** Taking back forgets what the new programs have counted. */
    BACK_WITHOUT_NEW_COUNTS("failing calls of an upgrade"),
    /** Taking back carries the old inner maps along, too, which are in the slots of the old generation anyway. */
    BACK_WITH_RETIRED("failing calls of an upgrade"),
    /** Taking back forgets a table that only the new generation has. */
    BACK_WITHOUT_NEW_TABLE("table that only the new version has"),
    /** A new generation gets a new table of uncounted packets. */
    NEW_TABLE("table of both versions"),
    /** Drains get the retired maps while the old programs run. */
    SETTLE_EARLY("upgrade beside the service"),
    /** A group gets the text of the new version. */
    TEXT_OF_NEW_VERSION("upgrade beside the service"),
    /** The maps of all versions share a group. */
    ONE_GROUP("three versions"),
    /** The maps that waited before the upgrade stay beside the new outer map. */
    WAITING_STAYS("upgrade beside the service"),
    /** A drain reads each map as one of its own version. */
    READ_AS_OWN_VERSION("upgrade beside the service"),
    /** A drain removes the maps of a version that it does not know. */
    DROP_UNKNOWN("failing calls of an upgrade"),
    /** A drain removes the text of a group before its maps. */
    TEXT_FIRST("upgrade beside the service"),
    /** A drain reads the map before the programs that may write to it have ended. */
    NO_GRACE_PERIOD("rotation beside drain"),
    /** A drain passes what waited when its process last compared slots and pins, which was before the upgrade handed the old maps over. */
    DRAIN_FROM_MEMORY("upgrade beside the service"),
    /** After a call that failed, a process goes on as if nothing had been begun. */
    NO_TIDY_AFTER_FAILURE("failing calls of a service"),
    /** After a call that failed, a process removes all waiting pins that it has made for this change. */
    UNPIN_AFTER_FAILURE("rotation of two keys, failing calls"),
    /** The end removes the pins although a drain failed. */
    END_UNDRAINED("end beside a service, failing calls"),
    /** The end looks only at the maps that its version declares. */
    END_OF_DECLARED_MAPS("set with a map that the new version does not declare"),
    /** A new generation contains only the maps that this version declares. */
    LEAVE_OTHER_MAPS("set with a map that the new version does not declare"),
    /** A rotation looks for an inner map in two slots only in the outer maps that its version declares. */
    COUNT_DECLARED_SLOTS_ONLY("shared map of an outer map that the new version does not declare"),
    /** An upgrade retires an inner map that stays in a slot of an outer map which it does not change. */
    RETIRE_MAP_OF_OTHERS("shared map of an outer map that the new version does not declare"),
    /** The end removes the symbolic links when the generation is away. */
    UNLINK_AFTER_END("end beside a start"),
    /** The end removes whatever has the name of a symbolic link. */
    UNLINK_ANY_FILE("path that somebody else has pinned"),
    /** The end leaves files. */
    END_LEAVES_FILES("end beside a start");

    /** The scenario that finds it. */
    final String scenario;

    Mistake(String scenario) {
        this.scenario = scenario;
    }
}
