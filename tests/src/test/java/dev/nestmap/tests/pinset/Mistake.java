/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.pinset;

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
    /** The next owner trusts `free` of a first load that was killed, and takes its generation away when it fails itself. */
    FREE_OF_OTHERS("first load that is repeated, beside a guest"),
    /** The old inner maps get their names after the exchange. */
    RETIRE_AFTER_EXCHANGE("upgrade beside the service"),
    /** An inner map in several slots gets a name for each. */
    RETIRE_FOR_EACH_SLOT("upgrade of two maps that share an inner map"),
    TWO_RENAMES("upgrade beside the service"),
    /** The maps of a set change version one after the other, and a load changes those that are left: a migration for each pin. */
    MAP_BY_MAP("upgrade of two maps that share an inner map"),
    /** A load refuses directories that are in two versions. */
    EQUAL_VERSIONS_IN_ALL_SETS("upgrade of two sets"),
    /** A failed first load does not ask whether a guest has begun. */
    NO_FREE("guest with a program beside a failing first load"),
    /** A guest does not look whether its generation has ended. */
    GUEST_DOES_NOT_LOOK("guest with a program beside a failing first load"),
    /** A guest finds each file by its path. */
    GUEST_WALKS_TWICE("guest beside an upgrade"),
    /** Taking back forgets what the new programs have counted. */
    BACK_WITHOUT_NEW_COUNTS("failing calls of an upgrade"),
    /** Taking back carries displaced maps along, too, which are in the old generation anyway. */
    BACK_WITH_DISPLACED("failing calls of an upgrade"),
    /** Taking back leaves the pin of an overlapping link in the generation that comes back. */
    BACK_WITH_OVERLAP("overlapping link"),
    /** Taking back forgets a table that only the new generation has. */
    BACK_WITHOUT_NEW_TABLE("table that only the new version has"),
    /** A new generation gets a new table of uncounted packets. */
    NEW_TABLE("table of both versions"),
    /** Retired maps are converted while the old programs run. */
    CONVERT_EARLY("upgrade beside the service"),
    /** A retired map is first moved to the waiting ones, and then converted. */
    CONVERT_AFTER_MOVE("upgrade beside the service"),
    /** A converted map gets a new time, so another identity. */
    CONVERT_WITH_NEW_TIME("upgrade beside the service"),
    /** Retired maps of an unknown layout wait for the next drain, too. */
    CONVERT_UNKNOWN_LAYOUT("three versions"),
    /** A drain reads the map before the programs that may write to it have ended. */
    NO_GRACE_PERIOD("rotation beside drain"),
    /** After a call that failed, a process goes on as if nothing had been begun. */
    NO_TIDY_AFTER_FAILURE("failing calls of a service"),
    /** After a call that failed, a process removes all waiting pins that it has made for this change. */
    UNPIN_AFTER_FAILURE("rotation of two keys, failing calls"),
    /** The end removes the pins although a drain failed. */
    END_UNDRAINED("end beside a service, failing calls"),
    /** The end leaves files. */
    END_LEAVES_FILES("end beside a start");

    /** The scenario that finds it. */
    final String scenario;

    Mistake(String scenario) {
        this.scenario = scenario;
    }
}
