// Of what a pure test must not do, the one thing that this version of Node can't forbid itself.
import { Server, Socket } from "node:net";

const forbidden = (): never => {
  throw new Error("This test uses the network. Put it into the package's test folder, with those that run real parts.");
};
Server.prototype.listen = forbidden;
Socket.prototype.connect = forbidden;
