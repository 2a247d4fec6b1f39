/**
 * Who serves which stream, where several servers share a store. A server's lease holds for all that is assigned to it, so
 * that one renewal does, however many streams it has; time is the store's, so that clocks need not agree. Writes carry the
 * epoch of the claim that they were made under: what an owner writes that lost its stream meanwhile is refused
 * (a fencing token: Kleppmann 2016; leases: Gray and Cheriton 1989).
 */

/** A server that takes part. */
export interface Replica {
  /** Of one process: one that is started again is another. */
  id: string;
  /** Where the other replicas reach it. */
  url: string;
  /** What they show it, so that it takes their word for who asks. */
  secret: string;
  /** It hands over what it has, and is given nothing. */
  isLeaving: boolean;
}

/** A replica whose lease holds, and how many streams are assigned to it. */
export interface Member extends Replica {
  streams: number;
}

export interface ReplicaStore {
  /** Takes or renews the lease, for `lease_ms` from now. Answers all whose lease holds, this one among them. */
  renew(self: Replica, lease_ms: number): Promise<Member[]>;
  /** Ends the lease; what was assigned to the replica is nobody's. */
  leave(id: string): Promise<void>;
  /**
   * The id of the replica that has a stream. Where nobody whose lease holds has it, it is assigned to whom the fewest are;
   * `isUnwanted`: also where it is assigned to `self`. Undefined where there is no such stream, or no replica.
   */
  assign(stream: string, self: string, isUnwanted: boolean): Promise<string | undefined>;
  /** Makes an assigned stream the replica's to write: the epoch, larger than any before; undefined where it is not its own. */
  claim(stream: string, id: string): Promise<number | undefined>;
  /** Assigns a stream that was claimed under the epoch to another, or to nobody; no-op where it is claimed anew. */
  release(stream: string, epoch: number, to: string | null): Promise<void>;
  /** Epochs of the streams that are assigned to a replica, by name. */
  assigned(id: string): Promise<Map<string, number>>;
}
