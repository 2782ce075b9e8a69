@BpfObject
interface Flows {
    @Constants
//  ^ NM-101 Config ... a record
    enum Config {
        ONE
    }
}
