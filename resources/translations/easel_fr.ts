<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation>À propos d&apos;Easel</translation>
    </message>
    <message>
        <source>Easel itself</source>
        <translation>Easel lui-même</translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation>Easel {version}
Peint des images à partir de mots sur cet ordinateur, et n&apos;envoie rien nulle part.
Licence&#xa0;: Apache-2.0. Les éléments dont il est fait&#xa0;:</translation>
    </message>
    <message>
        <source>Everything else inside</source>
        <translation>Tout ce qui est inclus d’autre</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>Icônes</translation>
    </message>
    <message>
        <source>Karlo, where it is downloaded</source>
        <translation>Karlo, s’il est téléchargé</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licences</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Partie</translation>
    </message>
    <message>
        <source>Pictures that the Starter learned from</source>
        <translation>Images dont le Starter a appris</translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation>Appliquer</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>Calcul…</translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation>Le montrer dans l&apos;image</translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation>4 de plus</translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation>À propos des images</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Accepter</translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation>Avant et après&#xa0;: quelle part de l&apos;original est montrée à gauche</translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation>Cliquez sur une image pour la voir dans le cadre</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Écarter</translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation>Quatre de plus du même genre, à côté de celles-ci</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Garder comme calque</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>Peinture…</translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation>Image {number} sur {count} · graine {seed}</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Images de cette série</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Tout refuser</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>L&apos;original</translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Vary says</source>
        <translation>Variations de l&apos;image choisie, aussi éloignées que l&apos;indique le panneau Variations</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Varier</translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation>Vos images apparaîtront ici</translation>
    </message>
    <message>
        <source>orig</source>
        <translation>orig</translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Painting…</source>
        <translation>Peinture…</translation>
    </message>
    <message>
        <source>Write a prompt above and press Enter · or drop or paste a picture here</source>
        <translation>Écrivez un prompt ci-dessus et appuyez sur Entrée · ou déposez ou collez une image ici</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>Toile</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation>Construire un moteur pour votre carte NVIDIA&#xa0;? Environ {download} sont téléchargés depuis l&apos;index des paquets Python, et environ {disk} restent sur cet ordinateur. Des bibliothèques de NVIDIA en font partie, sous les licences propres à NVIDIA.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Carte</translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished">Téléchargement</translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation>Télécharger et construire</translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation>Easel est livré avec un moteur pour le processeur. Ceci en construit un pour une carte NVIDIA dans votre propre dossier, à partir de paquets téléchargés quand vous le demandez.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Pas maintenant</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>Sur le disque</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation>Supprimer le moteur pour votre carte NVIDIA&#xa0;? {size} sont effacés&#xa0;; Easel peint alors sur le processeur. Il peut être reconstruit.</translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation>Utiliser ma carte NVIDIA</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>environ {size}</translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation>recherche en cours</translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation>fait pour une autre version d&apos;Easel</translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation>aucune carte NVIDIA, ou aucun pilote pour elle, n&apos;a été trouvée sur cet ordinateur</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>démarrage</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>inachevé</translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation>{name}&#xa0;; son pilote est trop ancien, installez la version 580 ou une plus récente</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation>Quelle part il prend&#xa0;: sous 0, le mélange s&apos;en éloigne&#xa0;; un double-clic rétablit</translation>
    </message>
    <message>
        <source>How much of its style: below 0 leads away from it; double-click resets</source>
        <translation>Quelle part de son style&#xa0;: sous 0, le mélange s&apos;en éloigne&#xa0;; un double-clic rétablit</translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation>Muet&#xa0;: le laisser de côté</translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation>Image dans le mélange</translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation>Solo&#xa0;: laisser tous les autres de côté</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Style</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Sujet</translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation>Le retirer du mélange</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Poids</translation>
    </message>
    <message>
        <source>Weight of its style</source>
        <translation>Poids de son style</translation>
    </message>
    <message>
        <source>Weight of its subject</source>
        <translation>Poids de son sujet</translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation>Mots dans le mélange</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Mots proches de cette image</translation>
    </message>
    <message>
        <source>Words near this picture: add one, or lead away from it</source>
        <translation>Mots proches de cette image : en ajouter un ou s’en éloigner</translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>Aucun calque n&apos;est choisi&#xa0;; cliquez d&apos;abord sur l&apos;un d&apos;eux dans la liste des calques.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Image collée</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation>Il n&apos;y a pas d&apos;image dans le presse-papiers&#xa0;; copiez-en une et collez de nouveau.</translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation>Il n&apos;y a rien de «&#xa0;{name}&#xa0;» à copier à cet endroit&#xa0;; sélectionnez une autre partie.</translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation>Il n&apos;y a encore rien à copier&#xa0;; peignez ou ouvrez d&apos;abord une image.</translation>
    </message>
    <message>
        <source>This was to be pasted into the picture that was here before; paste it again to have it in this one.</source>
        <translation>Ceci devait être collé dans l&apos;image qui était ici auparavant&#xa0;; collez-le de nouveau pour l&apos;avoir dans celle-ci.</translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation>Roue des couleurs&#xa0;; les flèches tournent la teinte</translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation>Couleur</translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation>Couleur en nombre hexadécimal</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Seconde couleur&#xa0;; cliquez pour peindre avec elle</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>Échanger les couleurs</translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation>Échanger les couleurs (X)</translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation>Utilisées avant&#xa0;:</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Contact sheet</source>
        <translation>Planche contact</translation>
    </message>
    <message>
        <source>Mixes across the pad</source>
        <translation>Mélanges sur tout le pavé</translation>
    </message>
    <message>
        <source>Paint mixes from all over the pad in few steps; choose one to go there</source>
        <translation>Peindre en peu de pas des mélanges de tout le pavé ; en choisir un pour y aller</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation>Un résultat</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>Image PNG</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Images de cette série</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Enregistrer une copie</translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation>À propos de l&apos;image choisie</translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation>C&amp;ollections</translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation>Choisissez une image pour voir comment elle a été faite.</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Faits</translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation>Aucun mot n&apos;accompagne cette image.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>Montrer {count} image dont elle est issue</numerusform>
            <numerusform>Montrer les {count} images dont elle est issue</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>Montrer {count} image qui en est issue</numerusform>
            <numerusform>Montrer les {count} images qui en sont issues</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation>Montrer ce dont elle est issue</translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation>Montrer ce qui en est issu</translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation>É&amp;tiquettes</translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation>L&apos;image choisie</translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation>Ce dont elle est issue</translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation>Ce qui en est issu</translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation>séparées par des virgules</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>{count} image est sélectionnée</numerusform>
            <numerusform>{count} images sont sélectionnées</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Jusqu&apos;où</translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation>Jusqu&apos;où l&apos;image va de l&apos;un vers l&apos;autre</translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation>Retirer ce changement</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Vers</translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation>Utiliser ce changement</translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation>Utiliser ce changement, ou le laisser de côté pour l&apos;instant</translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation>de … (peut rester vide)</translation>
    </message>
    <message>
        <source>to …</source>
        <translation>vers …</translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation>Une copie du travail non enregistré est de nouveau conservée.</translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation>Une copie de travail non enregistré était endommagée et ne peut pas être lue&#xa0;; elle est conservée dans {folder} pendant {days_kept} jours. Regardez là s&apos;il vous manque quelque chose.</translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation>Un adoucissement de {feather} est impossible&#xa0;; choisissez de 0 à 256.</translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation>Un film a besoin de deux bouts&#xa0;; mettez une image ou un texte aux deux places.</translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation>Un trou est peint à la taille de l&apos;image&#xa0;; laissez la taille de côté, ou agrandissez d&apos;abord l&apos;image.</translation>
    </message>
    <message>
        <source>A likeness is a picture; write words into the prompt instead.</source>
        <translation>Un modèle à suivre est une image ; écrivez les mots dans le prompt.</translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation>Une page de connexion a répondu à la place de l&apos;éditeur&#xa0;; ouvrez un navigateur, connectez-vous à ce réseau, puis continuez. {kept}</translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation>Un masque ne peut pas s&apos;étendre de {grow}&#xa0;; choisissez de -256 à 256.</translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation>Un mélange demande deux images, ou une image et des mots&#xa0;; sélectionnez une autre image, ou écrivez dans le prompt.</translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation>Un chemin a deux bouts&#xa0;; demandez au moins 2 images.</translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation>Une image ne peut pas être agrandie {scale} fois&#xa0;; choisissez 2 ou 4.</translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation>Une image de {width} × {height} pixels ne peut pas être traitée&#xa0;; prenez-en une d&apos;au plus {largest_input} pixels de côté.</translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Une image dont celle-ci est issue n&apos;est pas sur cet ordinateur, elle ne peut donc pas être refaite&#xa0;; elle est en sûreté telle qu&apos;elle est. Demandez-en plutôt des variations.</translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation>Le bruit propre d&apos;une image n&apos;est trouvé et utilisé que par l&apos;échantillonneur {sampler}&#xa0;; choisissez-le, ou laissez la composition changer librement.</translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation>Un second décodeur pour Kandinsky 2.2 qui remplit les trous et étend les images.</translation>
    </message>
    <message>
        <source>A small picture is being painted to test the device; nothing of yours changes.</source>
        <translation>Une petite image est en train d&apos;être peinte pour tester l&apos;appareil ; rien de ce qui est à vous ne change.</translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation>Un plongement enregistré n&apos;a pas de composition à garder&#xa0;; donnez l&apos;image, ou laissez la composition changer librement.</translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation>Un poids du mélange n&apos;est pas un nombre&#xa0;; choisissez-en un, comme 1.</translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation>{name} de {scale}&#xa0;: impossible&#xa0;; choisissez de 0 à 50.</translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation>{name} de {side} pixels&#xa0;: impossible&#xa0;; choisissez de 16 à {largest_side}.</translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation>Accepter l&apos;image</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>Ajouter un masque de calque</translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation>Une idée est une image, un texte ou un plongement enregistré&#xa0;; donnez-en exactement un.</translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation>Un autre Easel télécharge dans ce dossier&#xa0;; attendez qu&apos;il ait fini, ou mettez-le en pause.</translation>
    </message>
    <message>
        <source>Another program has changed “{name}” since Easel read or wrote it. Nothing is saved yet; save over it, which keeps what is there now as a backup, or under another name.</source>
        <translation>Un autre programme a modifié «&#xa0;{name}&#xa0;» depuis qu&apos;Easel l&apos;a lu ou écrit. Rien n&apos;est encore enregistré&#xa0;; enregistrez par-dessus, ce qui garde comme sauvegarde ce qui s&apos;y trouve, ou sous un autre nom.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation>Carte Apple</translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation>Appliquer le masque de calque</translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation>Selon le modèle</translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation>Selon les besoins du modèle</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Flou</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Craie</translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation>Changer le mode de fusion</translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation>Changer les repères</translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation>Changer l&apos;opacité</translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation>Changer le raccord</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Fusain</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Effacer</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>Effacer le masque</translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Cliquez une couleur pour la sélectionner · Maj ajoute, Alt soustrait, les deux croisent</translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation>Cliquez ou glissez pour prendre une couleur&#xa0;; Ctrl fait de même avec chaque pinceau</translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation>Cliquez pour remplir une zone de couleur semblable&#xa0;; en dégradé, glissez d&apos;une couleur à l&apos;autre</translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation>Cliquez pour vous approcher, Alt+clic pour vous éloigner, glissez de côté pour toute échelle</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Couleur</translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation>Densité couleur +</translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation>Densité couleur −</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Couleurs</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>Calcule sur</translation>
    </message>
    <message>
        <source>Copy of unsaved work</source>
        <translation>Copie du travail non enregistré</translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation>Copiez ou téléchargez de nouveau ce fichier&#xa0;; vos images et les autres fichiers ne sont pas touchés.</translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation>Les coins changent l&apos;échelle, les bords étirent, l&apos;intérieur déplace, l&apos;extérieur tourne · Entrée applique, Échap annule</translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation>Coûte un peu de temps à chaque image.</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Recadrer</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>Obscurcir</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Décodeur</translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation>Guidage du décodeur</translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation>Étapes du décodeur</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>Supprimer le calque</translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation>Supprimer le masque de calque</translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation>Supprimer la sélection</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>Désélectionner</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Différence</translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation>Glissez dedans pour déplacer, un bord pour redimensionner, dehors pour en tracer un nouveau&#xa0;; Alt&#xa0;: sans magnétisme</translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size</source>
        <translation>Glisser efface · Maj+clic&#xa0;: ligne droite · Maj+glisser ou [ ]&#xa0;: taille</translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation>Glissez pour déplacer le calque ou ce qui en est sélectionné&#xa0;; Maj&#xa0;: une seule direction&#xa0;; les flèches décalent</translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation>Glissez pour déplacer la vue&#xa0;; Espace fait de même avec chaque outil</translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · hold Ctrl: pick a colour</source>
        <translation>Glisser peint · Maj+clic&#xa0;: ligne droite · Maj+glisser ou [ ]&#xa0;: taille · maintenir Ctrl&#xa0;: prendre une couleur</translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation>Glissez pour sélectionner · Maj ajoute, Alt soustrait, les deux croisent · clic&#xa0;: ne rien sélectionner</translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation>Glissez pour tourner la vue&#xa0;; Maj s&apos;arrête tous les 15 degrés</translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation>Glissez sur ce qui doit rester, Entrée recadre, Échap laisse tout comme c&apos;était</translation>
    </message>
    <message>
        <source>Draw around an area, or click corners where sides are straight: Enter closes it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Entourez une zone ou, si les côtés sont droits, cliquez sur les coins&#xa0;: Entrée la ferme · Maj ajoute, Alt soustrait, les deux croisent</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>Dupliquer le calque</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel ne peut pas conserver de copie du travail non enregistré dans {parent}&#xa0;: {error}. Votre image est inchangée&#xa0;; enregistrez-la, puis faites de la place là.</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel ne peut pas conserver de copie du travail non enregistré dans {root}&#xa0;: {error}. Votre image est inchangée&#xa0;; enregistrez-la, puis faites de la place là.</translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation>Easel ne peut pas chercher de travail non enregistré dans {root} ({strerror}). Rien n&apos;y a été changé&#xa0;; vérifiez qui peut le lire, puis redémarrez Easel.</translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation>Easel est encore occupé avec un autre modèle&#xa0;; attendez-le ou mettez-le en pause.</translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation>Easel est encore occupé avec la carte&#xa0;; attendez ou mettez en pause.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Moteur</translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation>Agrandi</translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation>Agrandie {scale} fois, l&apos;image aurait {width} × {height} pixels, plus qu&apos;il n&apos;est possible d&apos;en tenir&#xa0;; choisissez un facteur plus petit ou recadrez-la d&apos;abord.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Gommer</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>Gommer le masque</translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation>Toutes les {deep_every} étapes&#xa0;: impossible&#xa0;; choisissez de 1 à {most_steps_apart}.</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>Exclusion</translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation>Exporté vers {report}</translation>
    </message>
    <message>
        <source>Exported to {report}, but how it was made could not be written into the file.</source>
        <translation>Exporté vers {report}, mais la façon dont l’image a été faite n’a pas pu être inscrite dans le fichier.</translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation>Étendre l&apos;image</translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation>Adoucissement des résultats</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>Adoucir la sélection</translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation>Fichiers et dossiers</translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation>Les fichiers disent comment ils ont été faits</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Remplir</translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation>Remplir le masque</translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation>Rempli</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Finition</translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation>Fixer le résultat</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>Aplatir l&apos;image</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>Retourner le calque</translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation>Trouvé dans {name}&#xa0;: {parts}.</translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation>Entière (32 bits)</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Dégradé</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation>Grouper les calques</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>Étendre la sélection</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Extension du masque</translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation>Un guidage de {begin} à {end} du chemin est impossible&#xa0;; choisissez deux nombres de 0 à 1, le plus petit d&apos;abord.</translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation>Demi (16 bits)</translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation>Demi prend la moitié de la mémoire et va plus vite sur les cartes&#xa0;; une graine peut alors donner une image légèrement différente.</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>Lumière crue</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>Masquer le calque</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Contraste élevé</translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation>Le contraste élevé est en noir et blanc avec des contours marqués.</translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation>Jusqu&apos;où une partie remplie dépasse son masque&#xa0;; sous 0, elle reste à l&apos;intérieur.</translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation>À quel point une partie remplie prend les couleurs qui l&apos;entourent.</translation>
    </message>
    <message>
        <source>How far new parts take after the rest</source>
        <translation>À quel point les nouvelles parties suivent le reste</translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation>Jusqu&apos;où le sens des variations peut dériver</translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation>Jusqu&apos;où leur composition le peut</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation>Combien de fils du processeur peignent. Moins de fils laissent de la place aux autres programmes.</translation>
    </message>
    <message>
        <source>How often a picture that has a project file is written into it. Beside that, unsaved work is kept after every action, for the next start to offer.</source>
        <translation>À quelle fréquence une image qui a un fichier de projet y est écrite. En outre, le travail non enregistré est conservé après chaque action et proposé au prochain démarrage.</translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation>Combien de fois le décodeur passe sur une image. Plus d&apos;étapes prennent plus de temps et montrent des détails plus fins.</translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation>Combien de fois le prior affine l&apos;idée qu&apos;il se fait de vos mots.</translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation>Avec quelle douceur une partie remplie se fond dans ce qui était là.</translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation>Avec quelle rigueur le décodeur suit l&apos;idée. Trop rend les couleurs dures.</translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation>Avec quelle rigueur l&apos;idée suit vos mots. Moins donne plus de variété.</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Teinte</translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation>Teinte et saturation</translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it. On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.</source>
        <translation>Si ce que vous choisissez n&apos;est pas dans cet ordinateur, le processeur s&apos;en charge. Sous Linux, Générer ▸ Modèles… construit un moteur pour une carte NVIDIA.</translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation>Dans le dossier d&apos;Easel</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>Inverser le masque</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>Inverser la sélection</translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation>Isoler le groupe</translation>
    </message>
    <message>
        <source>It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; choose the processor instead.</source>
        <translation>Cela ne fonctionne pas : le moteur a échoué d’une façon imprévue. Rien n’est perdu ; choisissez plutôt le processeur.</translation>
    </message>
    <message>
        <source>It works: a small picture on “{device}” took {seconds} s.</source>
        <translation>Cela fonctionne : une petite image sur « {device} » a pris {seconds} s.</translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation>Son fichier manque&#xa0;; remettez-le ou écartez l&apos;entrée.</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Garder comme calque</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>Garder la graine</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Clavier et souris</translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation>Vos propres touches</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation>Grand et détaillé&#xa0;; de 512 à 1024 pixels. Une carte graphique le rend rapide.</translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation>Fichiers plus gros qui ne perdent rien.</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Calque</translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation>Lettres, boutons et icônes ensemble. Les images sont montrées comme avant.</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>Niveaux</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>Éclaircir</translation>
    </message>
    <message>
        <source>Load models in parts</source>
        <translation>Charger les modèles par parties</translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation>Charger une sélection</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Chargement du modèle</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>Verrouiller le calque</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Verrouiller la transparence</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>Exploration</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>Luminosité</translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation>Masque depuis la sélection</translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation>Accord des couleurs</translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation>Budget de mémoire</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>Mémoire pour l&apos;annulation</translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation>Les menus apparaissent aussitôt, rien ne glisse ni ne s&apos;estompe, et le curseur ne clignote pas.</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Fusionner vers le bas</translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation>Fusionner le groupe</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mélange</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation>Déplacer le cadre</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>Déplacer le calque</translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation>Déplacer la sélection</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>Produit</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>Carte NVIDIA</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Jamais</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Nouveau groupe</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>Nouveau calque</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>Nouvelle image</translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>Aucun calque n&apos;est choisi&#xa0;; cliquez d&apos;abord sur l&apos;un d&apos;eux dans la liste des calques.</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>Aucune image n&apos;est choisie&#xa0;; cliquez d&apos;abord sur l&apos;une d&apos;elles dans le bac.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of a picture or text a weight above 0.</source>
        <translation>Il ne resterait aucun style dans ce mélange&#xa0;; donnez au style d&apos;une image ou d&apos;un texte un poids supérieur à 0.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of something a weight.</source>
        <translation>Il ne resterait aucun style dans ce mélange&#xa0;; donnez du poids à un style.</translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation>Le bruit ne peut être retrouvé que dans des images&#xa0;; donnez deux images ou un bruit fixe.</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation>Tout n&apos;a pas pu être supprimé dans {root} ({strerror})&#xa0;; quittez les autres fenêtres d&apos;Easel et supprimez le dossier à la main.</translation>
    </message>
    <message>
        <source>Nothing is empty or marked in these frames; choose a side, or erase what is to be painted.</source>
        <translation>Rien n’est vide ni marqué dans ces cadres ; choisissez un côté ou effacez ce qui doit être peint.</translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation>Il n&apos;y a encore rien dans le mélange&#xa0;; mettez-y une image ou écrivez un texte.</translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation>Rien n&apos;est marqué&#xa0;; gommez ou sélectionnez ce qui doit être peint, ou générez plutôt.</translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation>Rien n&apos;est sélectionné&#xa0;; sélectionnez d&apos;abord une partie de l&apos;image.</translation>
    </message>
    <message>
        <source>Nothing is selected; select something first.</source>
        <translation>Rien n’est sélectionné&#xa0;; sélectionnez d’abord quelque chose.</translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation>Rien n&apos;est encore à changer&#xa0;; écrivez ce que l&apos;image doit devenir.</translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation>Rien n&apos;est à changer&#xa0;; dites ce que l&apos;image doit devenir.</translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation>Rien du travail conservé dans {folder} ne peut être lu&#xa0;; le dossier n&apos;a pas été changé. Cherchez une autre copie de l&apos;image.</translation>
    </message>
    <message>
        <source>Nothing would be left of the selection; it stays as it was. Try a smaller number.</source>
        <translation>Il ne resterait rien de la sélection&#xa0;; elle reste telle quelle. Essayez un nombre plus petit.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation>Il ne resterait rien de ce mélange&#xa0;; donnez à une image ou à un texte un poids supérieur à 0, et voyez s&apos;il est muet.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation>Il ne resterait rien de ce mélange&#xa0;; donnez du poids à quelque chose.</translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation>Des fichiers que vous exportez. Des nombres plus petits font des fichiers plus petits.</translation>
    </message>
    <message>
        <source>On a path</source>
        <translation>Sur un chemin</translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation>Seules des images peuvent être gardées telles quelles, et l&apos;un des bouts est un texte&#xa0;; mettez-y une image, ou laissez peindre les bouts.</translation>
    </message>
    <message>
        <source>Only the part at work is in memory, and pictures are painted one after the other. Takes least memory and about twice the time.</source>
        <translation>Seule la partie au travail est en mémoire, et les images sont peintes l’une après l’autre. Demande le moins de mémoire et environ deux fois plus de temps.</translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation>Seulement {value}&#xa0;% se recouvrent&#xa0;; rapprochez le cadre de l&apos;image.</translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation>Ouvrir une image</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Ouvrir un projet</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Incrustation</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Peindre</translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation>Peindre le masque de calque</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>Peindre le masque</translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation>Peint à partir de mots</translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation>Repeint</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Peinture</translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation>Peint à 64 pixels et agrandit à 256. Il n&apos;a pas de version pour le remplissage&#xa0;: les pixels connus sont gardés en les fondant pendant qu&apos;il peint.</translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation>Laisser passer le groupe</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>Coller l&apos;image</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation>Images par série</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>Placer l&apos;image</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Précision</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation>Guidage du prior</translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation>Étapes du prior</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Processeur</translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation>Le prompt, la graine et les réglages sont inscrits dans les fichiers que vous enregistrez et exportez.</translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation>Qualité de JPEG et WebP</translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation>Récupérer le travail non enregistré</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>Récupération</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>Mouvements réduits</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>Renommer le calque</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>Réordonner les calques</translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation>Restaurer le masque</translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation>Reformulé</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Échantillonneur</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Saturation</translation>
    </message>
    <message>
        <source>Save projects by themselves</source>
        <translation>Enregistrer les projets automatiquement</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>Enregistrer la sélection</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>Enregistré dans {path}</translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation>Dites d&apos;abord ce que vous voulez&#xa0;: choisissez Plus comme celle-ci pour une image, ou décrivez-la par le sens.</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Superposition</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Graine</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Sélectionner</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tout sélectionner</translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation>Sélectionner les pixels du calque</translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation>Sélection depuis le masque</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>Netteté</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>Montrer le calque</translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation>Montrer les images pendant qu&apos;elles sont peintes</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>Réduire la sélection</translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation>Taille de l&apos;ensemble</translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation>Petit et rapide&#xa0;; livré avec Easel. Images simples de choses de tous les jours.</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>Lumière tamisée</translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation>Une partie du travail non enregistré n&apos;a pas pu être lue et manque&#xa0;: {names}. Ce que vous voyez est tout ce qu&apos;il y a&#xa0;; enregistrez-le sous un nouveau nom.</translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation>Quelque chose en chemin modifie les fichiers qu&apos;il transmet&#xa0;; essayez un autre réseau. {kept}</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Force du repeint</translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation>Repris d&apos;un fichier</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation>Tester l’appareil</translation>
    </message>
    <message>
        <source>The card or its driver failed; nothing of your picture is lost. Paint on the processor, or start Easel again before you try the card once more.</source>
        <translation>La carte ou son pilote a échoué ; rien de votre image n’est perdu. Peignez sur le processeur ou redémarrez Easel avant de réessayer avec la carte.</translation>
    </message>
    <message>
        <source>The disk is full, and {left} GB of the model are still to come. What was downloaded is kept. Free {short} GB and press Continue, or choose another folder for models under Edit ▸ Settings…, where the download begins anew.</source>
        <translation>Le disque est plein et il manque encore {left} Go du modèle. Ce qui a été téléchargé est conservé. Libérez {short} Go et appuyez sur « Continuer », ou choisissez un autre dossier pour les modèles sous Édition ▸ Réglages…, où le téléchargement recommence.</translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation>Le disque est plein. {kept} Libérez {need} Go, puis continuez.</translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation>Le téléchargement a été renvoyé vers {place}, qui n&apos;est pas sur la liste d&apos;Easel&#xa0;; il a donc été arrêté, et ce qui est ici est conservé. Essayez un autre réseau ou miroir.</translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation>Le téléchargement a tourné en rond&#xa0;; essayez un autre réseau ou miroir.</translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation>Le téléchargement a été arrêté&#xa0;; ce qui est ici est conservé.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation>Le moteur s&apos;est arrêté de façon inattendue&#xa0;; rien de votre image n&apos;est perdu. Appuyez sur Générer pour le redémarrer.</translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation>Le moteur construit pour la carte ne peut pas démarrer ({reason})&#xa0;; rien de votre image n&apos;est perdu. Reconstruisez-le ou cessez de l&apos;utiliser, sous «&#xa0;Carte NVIDIA&#xa0;».</translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation>Le moteur est construit, mais calcule sur «&#xa0;{device}&#xa0;»&#xa0;: il ne trouve pas de carte NVIDIA utilisable. Installez le pilote le plus récent de la carte, puis continuez.</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>Le plus rapide disponible</translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>Le fichier {path} de {title} n&apos;est pas sur cet ordinateur&#xa0;; téléchargez le modèle ou choisissez le dossier où il se trouve.</translation>
    </message>
    <message>
        <source>The files of {missing} are damaged or not where they were, so nothing is painted with it. Your pictures are safe; say where the files are, get them again, or paint with the Starter for now.</source>
        <translation>Les fichiers de {missing} sont endommagés ou ne sont plus à leur place, rien n’est donc peint avec. Vos images sont en sécurité ; indiquez où sont les fichiers, obtenez-les de nouveau ou peignez pour l’instant avec le Starter.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation>Impossible d&apos;écrire dans le dossier {folder} ({strerror})&#xa0;; choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation>Le dossier {folder} ne contient pas la partie {part} d&apos;un modèle qu&apos;Easel connaît&#xa0;; ses formes sont autres. Rien n&apos;a été changé&#xa0;; choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation>Le dossier «&#xa0;{name}&#xa0;» n&apos;a pas pu être créé dans {parent}&#xa0;; rien n&apos;a été écrit. Choisissez un autre endroit.</translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation>La galerie ne peut pas chercher par le sens&#xa0;: rien ne peut être écrit dans {cache}. Vos images sont en sûreté&#xa0;; faites-y de la place et cherchez de nouveau.</translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation>La galerie dans {parent} ne peut être ni lue ni écrite&#xa0;; rien n&apos;y a été changé. Vérifiez que le disque a de la place et que vous pouvez y écrire, puis redémarrez Easel.</translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation>La galerie est utilisée par une autre fenêtre d&apos;Easel&#xa0;; les images faites dans celle-ci sont gardées en fichiers et listées au prochain démarrage. Fermez l&apos;une des deux fenêtres.</translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation>La galerie a été écrite par un Easel plus récent et reste telle quelle&#xa0;; les images faites maintenant sont gardées en fichiers. Mettez Easel à jour pour les voir toutes.</translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation>La liste de la galerie dans {parent} était endommagée&#xa0;; vos images sont en sûreté dans le dossier voisin, et la liste est refaite à partir d&apos;elles.</translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation>L&apos;index des paquets a un autre {name} que celui de la liste d&apos;Easel, rien n&apos;a donc été téléchargé. Essayez un autre index, ou cherchez un Easel plus récent.</translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation>Les touches du programme que vous connaissez.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation>Le calque «&#xa0;{name}&#xa0;» est vide&#xa0;; choisissez-en un qui porte une image.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation>Le calque «&#xa0;{name}&#xa0;» est vide&#xa0;; choisissez-en un qui porte quelque chose.</translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation>Le calque «&#xa0;{name}&#xa0;» est masqué&#xa0;; montrez-le pour peindre dessus.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation>Le calque «&#xa0;{name}&#xa0;» est verrouillé&#xa0;; déverrouillez-le pour le changer.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation>Le calque «&#xa0;{name}&#xa0;» est verrouillé&#xa0;; déverrouillez-le pour le déplacer.</translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation>La liste des paquets pour la carte n&apos;est pas comprise&#xa0;; réessayez plus tard, ou avec un autre index de paquets.</translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation>La liste de mots ({name}) n&apos;est pas sur cet ordinateur&#xa0;; elle est livrée avec Easel, réinstallez donc Easel.</translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation>Le masque n&apos;a pas la taille de l&apos;image&#xa0;; tracez-le de nouveau.</translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation>L&apos;adresse du miroir n&apos;est pas comprise&#xa0;; elle doit commencer par https:// et un hôte.</translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>Le fichier de modèle {folder} n&apos;est pas sur cet ordinateur&#xa0;; téléchargez le modèle ou choisissez le dossier où il se trouve.</translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation>Le fichier de modèle {parent} n&apos;est pas sur cet ordinateur mais {name} en a besoin&#xa0;; copiez-le ou téléchargez-le de nouveau.</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation>Le fichier de modèle {path} ne peut pas être lu ({strerror})&#xa0;; vérifiez qu&apos;il est là et qu&apos;il peut être lu, ou copiez-le de nouveau.</translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation>Le fichier de modèle {pickled} est au format pickle, et ouvrir un tel fichier pourrait lancer n&apos;importe quel programme caché dedans&#xa0;; procurez-vous le modèle en .safetensors et mettez-le à sa place.</translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation>Le modèle {title} ne sait pas faire cela&#xa0;; choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation>Le calcul du modèle est sorti des limites et aucune image n&apos;a pu en être faite&#xa0;; rien n&apos;est perdu, choisissez un guidage plus bas, un autre échantillonneur ou une autre graine.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation>Le fichier {path} du modèle est endommagé&#xa0;; réinstallez le modèle, vos images sont en sûreté.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation>Le fichier {path} du modèle manque&#xa0;; réinstallez le modèle, vos images sont en sûreté.</translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation>Le plus qu&apos;un modèle puisse prendre. Avec moins, il est chargé par parties, ce qui est plus lent.</translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation>Le serveur {fault} Rien n&apos;en a été téléchargé&#xa0;; {kept}</translation>
    </message>
    <message>
        <source>The picture has more than {most_layers} layers, or groups more than {deepest} deep, which is more than a project holds; nothing was written. Merge some of them and save again.</source>
        <translation>L&apos;image a plus de {most_layers} calques, ou des groupes sur plus de {deepest} niveaux, plus qu&apos;un projet n&apos;en contient&#xa0;; rien n&apos;a été écrit. Fusionnez-en quelques-uns et enregistrez de nouveau.</translation>
    </message>
    <message>
        <source>The picture has more than {most_saved} saved selections or {most_guides} guides, which is more than a project holds; nothing was written. Remove some of them and save again.</source>
        <translation>L&apos;image a plus de {most_saved} sélections enregistrées ou {most_guides} guides, plus qu&apos;un projet n&apos;en contient&#xa0;; rien n&apos;a été écrit. Supprimez-en et enregistrez de nouveau.</translation>
    </message>
    <message>
        <source>The picture is kept in the gallery, but how it was made could not be written down. Accept or export it as usual.</source>
        <translation>L’image est conservée dans la galerie, mais la façon dont elle a été faite n’a pas pu être notée. Acceptez-la ou exportez-la comme d’habitude.</translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation>L&apos;image n&apos;est pas en RVB ou RVBA 8 bits&#xa0;; convertissez-la d&apos;abord.</translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation>L&apos;image est longue de {width} pixels et {name} s&apos;arrête à {largest_side}&#xa0;; rien n&apos;a été écrit. Exportez-la plutôt en PNG.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels with all of its layers, more than a project holds; nothing was written. Move or erase what lies far out, or merge some layers, and save again.</source>
        <translation>L&apos;image couvre {width} × {height} pixels avec tous ses calques, plus qu&apos;un projet n&apos;en contient&#xa0;; rien n&apos;a été écrit. Rapprochez ou effacez ce qui est très éloigné, ou fusionnez des calques, et enregistrez de nouveau.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation>L&apos;image s&apos;étend sur {width} × {height} pixels, trop pour un seul fichier&#xa0;; rien n&apos;a été écrit. Masquez ou rapprochez les calques éloignés et exportez de nouveau.</translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation>Le programme uv livré avec Easel ne peut pas démarrer ({strerror})&#xa0;; réinstallez Easel.</translation>
    </message>
    <message>
        <source>The project would take {megabytes} MB, more than the {most} MB that it may take; nothing was written. Merge some layers, or move a part to another project, and save again.</source>
        <translation>Le projet prendrait {megabytes} Mo, plus que les {most} Mo permis&#xa0;; rien n&apos;a été écrit. Fusionnez des calques, ou placez-en une partie dans un autre projet, et enregistrez de nouveau.</translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation>Le prompt a {prompt} caractères et le modèle ne lit que les quelques premières dizaines de mots&#xa0;; raccourcissez-le à {longest_prompt} caractères ou moins.</translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation>Le prompt est vide&#xa0;; décrivez en quelques mots l&apos;image que vous voulez.</translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation>Le proxy n&apos;a pas laissé passer Easel ({error})&#xa0;; vérifiez son adresse, le nom et le mot de passe. {kept}</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address under “Mirror and proxy”, like http://name:password@proxy.example:8080. {kept}</source>
        <translation>Le proxy demande un nom et un mot de passe&#xa0;; écrivez-les dans son adresse, sous «&#xa0;Miroir et proxy&#xa0;», comme http://name:password@proxy.example:8080. {kept}</translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation>L&apos;adresse du proxy n&apos;est pas comprise&#xa0;; écrivez-la comme http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel. {kept}</source>
        <translation>L&apos;éditeur n&apos;a plus ce fichier&#xa0;; cherchez un Easel plus récent. {kept}</translation>
    </message>
    <message>
        <source>The publisher does not let everybody have this model; accept its licence on the publisher&apos;s page, write an access token of yours under “Mirror and proxy”, then continue. {kept}</source>
        <translation>L&apos;éditeur ne donne pas ce modèle à tout le monde&#xa0;; acceptez la licence sur sa page, saisissez un de vos jetons d&apos;accès sous «&#xa0;Miroir et proxy&#xa0;», puis continuez. {kept}</translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; write one under “Mirror and proxy”, then continue. {kept}</source>
        <translation>L&apos;éditeur demande un jeton d&apos;accès pour ce modèle&#xa0;; saisissez-en un sous «&#xa0;Miroir et proxy&#xa0;», puis continuez. {kept}</translation>
    </message>
    <message>
        <source>The publisher&apos;s name leads to {address} here, which is in a network of somebody&apos;s own, so nothing was asked of it; what is here is kept. If that is as it should be, type the publisher&apos;s address as a mirror, then continue.</source>
        <translation>Le nom de l’éditeur mène ici à {address}, qui se trouve dans un réseau privé ; rien ne lui a donc été demandé, et ce qui est déjà là est conservé. Si c’est voulu, saisissez l’adresse de l’éditeur comme miroir, puis continuez.</translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation>La règle selon laquelle le bruit devient une image.</translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation>La graine {seed} est impossible&#xa0;; choisissez un nombre entier de 0 à {largest_seed}.</translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation>La sélection ne contient rien de ce calque&#xa0;; choisissez un autre calque ou ne sélectionnez rien.</translation>
    </message>
    <message>
        <source>The selection was changed meanwhile, and is as you left it; try again.</source>
        <translation>La sélection a été modifiée entre-temps et reste telle que vous l’avez laissée&#xa0;; réessayez.</translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation>Le fichier des réglages</translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation>La copie réduite de {name} n&apos;a pas pu être écrite ({strerror})&#xa0;; le grand fichier est tel qu&apos;il était. Faites de la place et réessayez.</translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation>La copie réduite de {name} se relit différemment, elle n&apos;a donc pas été gardée et rien n&apos;a été changé&#xa0;; vérifiez le disque.</translation>
    </message>
    <message>
        <source>The source answered {status} and refused the download; try again later. {kept}</source>
        <translation>La source a répondu {status} et a refusé le téléchargement&#xa0;; réessayez plus tard. {kept}</translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation>La source est injoignable ({broken}). {kept} Vérifiez le réseau, puis continuez.</translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation>La source ne dit pas la longueur de {name}, ou en annonce beaucoup trop&#xa0;; il n&apos;a pas été téléchargé. Essayez un autre réseau ou miroir.</translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation>La source a un autre {name} que celui de la liste d&apos;Easel ({announced} octets au lieu de {size}), il n&apos;a donc pas été téléchargé. Essayez un autre réseau ou miroir, ou cherchez un Easel plus récent.</translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation>Le plongement enregistré est endommagé&#xa0;; utilisez plutôt l&apos;image.</translation>
    </message>
    <message>
        <source>The test of the device was given up; it says nothing about the device.</source>
        <translation>Le test de l&apos;appareil a été abandonné ; il ne dit rien de l&apos;appareil.</translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation>La transparence de «&#xa0;{name}&#xa0;» est verrouillée&#xa0;; déverrouillez-la pour gommer.</translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation>Le fichier d&apos;agrandissement {path} {fault}&#xa0;; choisissez-en un autre, ou laissez-le de côté pour utiliser celui du modèle.</translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation>La molette déplace la vue, et zoome avec Ctrl ou Alt&#xa0;; sinon elle zoome.</translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation>La molette fait défiler</translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation>{name} a {text} caractères&#xa0;; raccourcissez-le à {longest_prompt}.</translation>
    </message>
    <message>
        <source>There is no file {file} and no verb of that name, so nothing was opened; easel --help says what can be written here.</source>
        <translation>Il n’y a ni fichier {file} ni verbe de ce nom, donc rien n’a été ouvert ; easel --help dit ce qui peut être écrit ici.</translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation>Il n&apos;y a pas encore de calque à déplacer&#xa0;; peignez, ouvrez ou générez d&apos;abord une image.</translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation>Il n&apos;y a dans {folder} aucun modèle qu&apos;Easel connaisse. Choisissez le dossier qui contient kandinsky-2-2-prior ou karlo-v1-alpha, un modèle affiné avec un dossier «&#xa0;unet&#xa0;» ou «&#xa0;prior&#xa0;», ou un cache Hugging Face.</translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation>Il n&apos;y a pas encore d&apos;image à reformuler&#xa0;; mettez-en une, comme ce que montre le cadre.</translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation>Il n&apos;y a pas encore d&apos;image&#xa0;; peignez, ouvrez ou générez-en une d&apos;abord.</translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation>Il n&apos;y a pas de place pour la copie réduite de {name}&#xa0;: elle demande {size} Go jusqu&apos;à ce que le grand fichier soit parti. Rien n&apos;a été changé&#xa0;; faites de la place et réessayez.</translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation>Il n&apos;y a pas d&apos;échantillonneur nommé {sampler}&#xa0;; choisissez parmi {samplers}.</translation>
    </message>
    <message>
        <source>There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint without a window: easel --help names the verbs.</source>
        <translation>Il n’y a pas d’écran où ouvrir une fenêtre, donc rien n’a été ouvert ; définissez DISPLAY, ou peignez sans fenêtre : easel --help nomme les verbes.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. Choose fewer or smaller pictures, or close other programs.</source>
        <translation>Il n&apos;y a pas assez de mémoire pour cette image&#xa0;; votre travail est en sûreté. Choisissez moins d&apos;images ou des images plus petites, ou fermez d&apos;autres programmes.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {side} × {side_2} pixels should fit, so choose that or fewer pictures, or close other programs.</source>
        <translation>Il n&apos;y a pas assez de mémoire pour cette image&#xa0;; votre travail est en sûreté. {side} × {side_2} pixels devraient tenir&#xa0;; choisissez cette taille ou moins d&apos;images, ou fermez d&apos;autres programmes.</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation>Il n&apos;y a pas assez de place dans {folder}&#xa0;: il faut {need} Go, avec un peu de marge. Rien n&apos;a été téléchargé&#xa0;; libérez {short} Go ou choisissez un autre dossier, puis réessayez.</translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation>Il n&apos;y a rien à plonger&#xa0;; donnez une image ou un texte.</translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation>Il n&apos;y a encore rien à gommer&#xa0;; peignez, ouvrez ou générez d&apos;abord une image.</translation>
    </message>
    <message>
        <source>There is nothing to go back to yet; accept a result that this model painted, and it is a bead of this line.</source>
        <translation>Il n’y a encore rien vers quoi revenir ; acceptez un résultat peint par ce modèle, et il sera une perle de cette ligne.</translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation>Il n&apos;y a encore rien dont peindre davantage&#xa0;; générez d&apos;abord une image.</translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation>Il n&apos;y a qu&apos;une image de ce genre&#xa0;; demandez-en des variations.</translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation>Cette copie d&apos;Easel n&apos;a pas uv&#xa0;; réinstallez Easel.</translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation>Ceci est un examen&#xa0;; il ne peint rien.</translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation>Ceci sera peint après ce qui est peint en ce moment.</translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation>Ce calque est vide&#xa0;; annulez ce qui l&apos;a vidé, ou demandez de nouveau.</translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation>Ce calque a été mélangé ou agrandi à partir d&apos;autres&#xa0;; redemandez-le là d&apos;où il vient, ou demandez-en des variations.</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation>Ce modèle ne sait pas comparer images et mots&#xa0;; cherchez plutôt par les mots.</translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation>Ce modèle n&apos;est pas complet sur cet ordinateur&#xa0;; procurez-vous-le d&apos;abord.</translation>
    </message>
    <message>
        <source>This needs about {needed} of memory and {free} are free. Nothing was begun and your work is safe; paint smaller, close other programs, or try it all the same.</source>
        <translation>Cela demande environ {needed} de mémoire et {free} sont libres. Rien n’a commencé et votre travail est en sécurité ; peignez plus petit, fermez d’autres programmes ou essayez quand même.</translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Cette image ne dit pas comment elle a été faite, elle ne peut donc pas être refaite&#xa0;; elle est en sûreté telle qu&apos;elle est. Demandez-en plutôt des variations.</translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation>Cette image n&apos;est plus dans la galerie&#xa0;; choisissez-en une autre.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation>Cette image a été faite par le modèle «&#xa0;{model}&#xa0;», qui n&apos;est pas celui en service&#xa0;; elle est en sûreté telle qu&apos;elle est. Choisissez ce modèle et réessayez.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{title}”, which is not the one in use: of these words and this seed it makes another picture. Choose that model to make the same again.</source>
        <translation>Cette image a été faite par le modèle «&#xa0;{title}&#xa0;», qui n&apos;est pas celui en service&#xa0;: de ces mots et de cette graine naîtra une autre image. Choisissez ce modèle pour refaire la même.</translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation>Ce plongement enregistré a été fait par un autre modèle que {title}&#xa0;; utilisez l&apos;image dont il vient, ou choisissez ce modèle.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Fils d&apos;exécution</translation>
    </message>
    <message>
        <source>Transform</source>
        <translation>Transformer</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>Transformer le calque</translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation>Dégrouper les calques</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>Déverrouiller le calque</translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation>Déverrouiller la transparence</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variation</translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation>Les variations se font d&apos;une image&#xa0;; pour peindre un texte, générez-le.</translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation>WebP sans perte</translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation>Ce que dit Easel lui-même. Les prompts sont compris en anglais, quel que soit le choix fait ici.</translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation>Ce que peuvent prendre les états antérieurs de l&apos;image. Au-delà, les plus anciens sont oubliés.</translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation>Ce qui est ici est conservé.</translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation>Ce que vous en avez changé.</translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation>Où chaque image terminée est gardée. Les images faites avant restent où elles sont.</translation>
    </message>
    <message>
        <source>Where it is kept after every action, for the next start after a crash. It may be another disk.</source>
        <translation>Où elle est conservée après chaque action, pour le démarrage qui suit un plantage. Cela peut être un autre disque.</translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation>Où sont gardés les modèles que vous vous procurez. Ceux d&apos;avant restent où ils sont.</translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation>Des mots ne peuvent pas être reformulés&#xa0;; mettez une image.</translation>
    </message>
    <message>
        <source>You paint the layer itself again.</source>
        <translation>Vous peignez de nouveau sur le calque lui-même.</translation>
    </message>
    <message>
        <source>You paint the layer&apos;s mask now: black hides, white shows. “Paint the layer, not its mask” leads back.</source>
        <translation>Vous peignez maintenant sur le masque du calque&#xa0;: le noir cache, le blanc montre. «&#xa0;Peindre le calque, pas son masque&#xa0;» en fait revenir.</translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation>Votre travail non enregistré est de retour&#xa0;; enregistrez-le pour le garder.</translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation>un dossier de ce nom gêne</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>une adresse qui n&apos;en est pas une</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>ne peut pas être lu</translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation>annonce un en-tête de {length} octets, plus qu&apos;aucun modèle n&apos;en demande</translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation>annonce {header} tenseurs, plus qu&apos;aucun modèle n&apos;en demande</translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation>décrit un plan de bruit qu&apos;Easel ne connaît pas</translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation>n&apos;agrandit pas les images en couleur</translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation>ne dit pas dans quels fichiers est le modèle</translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation>téléchargez le modèle ou choisissez le dossier qui contient {repository}</translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation>donne à {name} une taille qui ne va pas avec sa forme</translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation>a un certificat établi pour quelqu&apos;un d&apos;autre, ce n&apos;est donc peut-être pas l&apos;éditeur.</translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation>a un certificat qui n&apos;est pas valable aujourd&apos;hui&#xa0;; l&apos;horloge de cet ordinateur est-elle juste&#xa0;?</translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation>a un certificat que personne de confiance pour cet ordinateur n&apos;a signé. Si votre entreprise inspecte les connexions, son certificat doit être ajouté au magasin du système.</translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation>a un certificat que cet ordinateur n&apos;accepte pas.</translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation>a un en-tête qui ne peut pas être lu</translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation>a un en-tête qui ne dit rien d&apos;utilisable sur {name}</translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation>a changé depuis sa publication</translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation>a des tenseurs qui se chevauchent ou laissent des trous</translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation>contient dans {name} des valeurs qui ne sont pas des nombres (NaN ou infini)</translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation>contient {name}, qu&apos;un autre fichier du modèle contient aussi</translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation>est un fichier pickle sous un autre nom, qui pourrait lancer des programmes à l&apos;ouverture</translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation>est tronqué ou n&apos;est pas un fichier safetensors</translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation>n&apos;est pas une table de réglages</translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation>n&apos;est pas le modèle attendu ici&#xa0;: il contient en plus {surplus}</translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation>n&apos;est pas le modèle attendu ici&#xa0;: il lui manque {absent}</translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation>n&apos;est pas le modèle attendu ici&#xa0;: {sources} est {sizes} là où il faut {str}</translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation>est d&apos;un genre inconnu ici</translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation>fait {size} octets là où son en-tête dit {end}</translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation>fait {size} octets là où {size_2} sont attendus</translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation>elle est livrée avec Easel, réinstallez donc Easel</translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation>il a changé à la source</translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation>l&apos;envoi s&apos;est arrêté</translation>
    </message>
    <message>
        <source>it was made smaller because it has too many pixels</source>
        <translation>elle a été réduite parce qu’elle a trop de pixels</translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation>ses 16 bits par couleur ont été réduits à 8</translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation>son profil de couleur n&apos;a pas pu être utilisé</translation>
    </message>
    <message>
        <source>its colours for print were converted</source>
        <translation>ses couleurs d’impression ont été converties</translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation>nomme un fichier voisin qui n&apos;est pas un fichier safetensors</translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation>nomme deux fois un tenseur</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>non vérifié auprès de l&apos;éditeur</translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation>seule sa première image a été ouverte</translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation>lecture de ce qui est ici</translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation>ressemble à un agrandisseur mais ses parties ne vont pas ensemble</translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation>dit 0 pour «&#xa0;hidden_size&#xa0;»</translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation>dit pour «&#xa0;{key}&#xa0;» un nombre trop grand</translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation>dit {is_value} pour {name} là où {title} a {must_value}</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation>dit {value} pour «&#xa0;{key}&#xa0;», là où il faut une liste</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation>dit {value} pour «&#xa0;{key}&#xa0;», là où il faut un nombre</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation>dit {value} pour «&#xa0;{key}&#xa0;», là où il faut un nombre entier</translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation>enregistre {name} en nombres entiers</translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation>enregistre {name} en {dtype}, ce qu&apos;aucun modèle de ce genre n&apos;utilise</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>la connexion a été coupée</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>le disque est plein</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>le disque signale une erreur</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>le dossier n&apos;existe pas</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>le nom est trop long</translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation>la source ne peut pas reprendre</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>le système l&apos;a refusé</translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation>il n&apos;y a pas de connexion</translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation>il est interdit d&apos;écrire dans ce dossier</translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation>attente du réseau</translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation>a été coupé pendant la lecture</translation>
    </message>
    <message>
        <source>{article} {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation>« {article} {name} » de {value} est impossible ; choisissez de 0 à 1.</translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation>{chosen} candidates ne peuvent pas être comparées&#xa0;; choisissez de 1 à {most_images}.</translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation>{count} étapes d&apos;échantillonnage, c&apos;est trop peu pour ce modèle&#xa0;; choisissez-en au moins {least}.</translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation>{count} images ne peuvent pas être faites d&apos;un coup&#xa0;; choisissez de 1 à {most_images}.</translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation>{count} étapes d&apos;échantillonnage n&apos;entrent pas dans les {train_steps} niveaux de bruit de ce modèle&#xa0;; choisissez moins d&apos;étapes.</translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation>{error} Celui qui est endommagé est conservé sous «&#xa0;{name}&#xa0;».</translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation>{folder} n&apos;a pas pu être déplacé&#xa0;: {error}. Rien n&apos;en est perdu&#xa0;; il sera proposé de nouveau au prochain démarrage.</translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation>{kept} calques sur {count} de «&#xa0;{name}&#xa0;» ont été sauvés&#xa0;; enregistrez-les sous un autre nom.</translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation>{name} est arrivé endommagé et est téléchargé de nouveau.</translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation>{name} est arrivé deux fois endommagé, la source elle-même est donc endommagée&#xa0;; il n&apos;a pas été gardé. Réessayez plus tard, ou avec un autre réseau ou miroir.</translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation>{name} n&apos;a pas pu être écrit dans {parent} ({strerror}). {kept} Vérifiez le dossier ou choisissez-en un autre, puis continuez.</translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation>{name} est téléchargé depuis son début&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation>{path} est endommagé et n&apos;est pas dans le dossier d&apos;Easel, Easel n&apos;y touche donc pas. Remplacez-le ou supprimez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation>{root} ne peut pas être changé ({strerror}).</translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation>Impossible d&apos;écrire dans {root} ({strerror})&#xa0;; vérifiez le dossier.</translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation>{steps} {name}&#xa0;: impossible&#xa0;; choisissez de 1 à 1000.</translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation>{title} ne peut pas être utilisé&#xa0;: {name} n&apos;est pas sur cet ordinateur&#xa0;; {advice}.</translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation>{title} ne sait pas faire ce genre de travail&#xa0;; choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation>{title} agrandit par lui-même des images d&apos;au plus {largest} pixels de côté&#xa0;; choisissez pour celle-ci un fichier d&apos;agrandissement, ou le Starter, qui en a un.</translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation>{title} n&apos;a pas d&apos;agrandisseur à lui&#xa0;; choisissez un fichier d&apos;agrandissement, ou le Starter, qui en a un.</translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation>{what}&#xa0;: lecture impossible, Easel démarre donc avec ses valeurs par défaut&#xa0;; vérifiez qui peut lire et écrire {path}.</translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation>{what} n&apos;a pas réussi ({reason}). Ce qui est ici est conservé. Vérifiez le réseau et la place sur le disque, puis continuez.</translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation>{what}&#xa0;: endommagé ou illisible, Easel démarre donc avec ses valeurs par défaut&#xa0;; l&apos;ancien est conservé sous «&#xa0;{name}&#xa0;» dans {parent}.</translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation>{words} mots ne peuvent pas être listés&#xa0;; choisissez de 0 à 1000.</translation>
    </message>
    <message>
        <source>“{archive_name}” does not fit into the memory that is free now; it was not changed. Close other programs, or make it smaller where it was made.</source>
        <translation>«&#xa0;{archive_name}&#xa0;» n&apos;entre pas dans la mémoire libre en ce moment&#xa0;; il n&apos;a pas été changé. Fermez d&apos;autres programmes, ou réduisez-le là où il a été fait.</translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation>«&#xa0;{archive_name}&#xa0;» contient plus de pixels qu&apos;Easel ne peut en ouvrir&#xa0;; il n&apos;a pas été changé. Ouvrez-le dans le programme qui l&apos;a fait et réduisez-le.</translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation>«&#xa0;{archive_name}&#xa0;» n&apos;est pas un fichier OpenRaster pour Easel&#xa0;; il n&apos;a pas été changé. Exportez-le en PNG depuis son programme et ouvrez celui-ci.</translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; {reduced_bits}. The file was not changed, and saving makes a new one.</source>
        <translation>« {archive_name} » a été ouvert ; {reduced_bits}. Le fichier n’a pas été modifié, et enregistrer en crée un nouveau.</translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;a pas pu être lu dans {parent}&#xa0;; vérifiez que vous pouvez l&apos;ouvrir, ou choisissez un autre fichier.</translation>
    </message>
    <message>
        <source>“{name}” could not be replaced in {parent}: {error}. It is unchanged, and your picture is whole in “{name_2}” beside it; go on with that, or choose another place.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;a pas pu être remplacé dans {parent}&#xa0;: {error}. Il est inchangé, et votre image est entière dans «&#xa0;{name_2}&#xa0;» à côté&#xa0;; continuez avec ce fichier, ou choisissez un autre endroit.</translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;a pas pu être enregistré dans {parent}&#xa0;: {error}. Votre image et tout fichier plus ancien sont inchangés&#xa0;; choisissez un autre endroit.</translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation>«&#xa0;{name}&#xa0;» ne dit pas comment il a été fait&#xa0;; votre image est inchangée. Déposez-le plutôt comme calque ou dans le mélange.</translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation>«&#xa0;{name}&#xa0;» existe déjà et est inchangé&#xa0;; choisissez exactement ce nom pour le remplacer, ou un autre.</translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation>«&#xa0;{name}&#xa0;» existe déjà dans {parent} et est inchangé&#xa0;; choisissez un autre nom.</translation>
    </message>
    <message>
        <source>“{name}” has more than {most_layers} layers, or groups more than {deepest} deep, which is more than Easel opens; it was not changed. Merge some of them in the program it was made with.</source>
        <translation>« {name} » a plus de {most_layers} calques, ou des groupes imbriqués sur plus de {deepest} niveaux : c’est plus que ce qu’Easel ouvre ; le fichier n’a pas été modifié. Fusionnez-en quelques-uns dans le programme d’origine.</translation>
    </message>
    <message>
        <source>“{name}” is a folder and no picture; your picture is unchanged. Choose a picture file; a folder with a model is chosen under Generate ▸ Models…</source>
        <translation>« {name} » est un dossier et non une image ; votre image est inchangée. Choisissez un fichier d&apos;image ; un dossier contenant un modèle se choisit sous Générer ▸ Modèles…</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation>«&#xa0;{name}&#xa0;» est un groupe&#xa0;; choisissez l&apos;un de ses calques à régler.</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation>«&#xa0;{name}&#xa0;» est un groupe&#xa0;; choisissez l&apos;un de ses calques pour y peindre.</translation>
    </message>
    <message>
        <source>“{name}” is a model and no picture; your picture is unchanged. Choose the folder it is in under Generate ▸ Models…</source>
        <translation>«&#xa0;{name}&#xa0;» est un modèle et non une image&#xa0;; votre image est inchangée. Choisissez le dossier où il se trouve sous Générer ▸ Modèles…</translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation>«&#xa0;{name}&#xa0;» est endommagé et ne peut pas être ouvert&#xa0;; votre image est inchangée. Essayez une autre copie du fichier.</translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation>«&#xa0;{name}&#xa0;» est endommagé&#xa0;: {kept} de ses {count} calques peuvent être sauvés. Le fichier n&apos;a pas été changé&#xa0;; ouvrez ce qui reste comme copie, ou essayez une autre copie du fichier.</translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation>«&#xa0;{name}&#xa0;» est endommagé&#xa0;; seul ce que les autres programmes en voient a été ouvert.</translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;est ni un projet ni un fichier OpenRaster, ou est endommagé sans remède&#xa0;; il n&apos;a pas été changé. Essayez une autre copie du fichier.</translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;est pas un fichier&#xa0;; choisissez un fichier d&apos;image.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;est pas une image qu&apos;Easel sait lire&#xa0;; votre image est inchangée. Choisissez un fichier PNG, JPEG, WebP, BMP ou TIFF.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: another program has moved or removed it. Nothing is saved yet; save your picture there again, or under another name.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;est plus là&#xa0;: un autre programme l&apos;a déplacé ou supprimé. Rien n&apos;est encore enregistré&#xa0;; enregistrez votre image au même endroit, ou sous un autre nom.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;est plus là&#xa0;; choisissez un autre fichier.</translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation>«&#xa0;{name}&#xa0;» est trop grand&#xa0;; votre image est inchangée. Réduisez-le à moins de {most_pixels} millions de pixels et ouvrez-le de nouveau.</translation>
    </message>
    <message>
        <source>“{name}” looks like a pickled model, and opening such a file could run any program hidden in it; it was not opened and your picture is unchanged. Get the model as .safetensors and choose its folder under Generate ▸ Models…</source>
        <translation>«&#xa0;{name}&#xa0;» semble être un modèle au format pickle, et ouvrir un tel fichier pourrait lancer n&apos;importe quel programme caché dedans&#xa0;; il n&apos;a pas été ouvert et votre image est inchangée. Procurez-vous le modèle en .safetensors et choisissez son dossier sous Générer ▸ Modèles…</translation>
    </message>
    <message>
        <source>“{name}” spans {width} × {height} pixels, more than a project holds of one layer; nothing was written. Erase what lies far out in it, or move a part to another layer, and save again.</source>
        <translation>«&#xa0;{name}&#xa0;» couvre {width} × {height} pixels, plus qu&apos;un projet n&apos;en contient pour un calque&#xa0;; rien n&apos;a été écrit. Effacez-y ce qui est très éloigné, ou placez-en une partie sur un autre calque, et enregistrez de nouveau.</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation>«&#xa0;{name}&#xa0;» a été modifié par un autre programme&#xa0;; seul ce que celui-ci connaît a été ouvert.</translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation>«&#xa0;{name}&#xa0;» a été fait par une version plus récente d&apos;Easel&#xa0;; il n&apos;a pas été changé. Ouvrez-le avec elle, ou exportez-le de là en PNG.</translation>
    </message>
    <message>
        <source>“{name}” was opened without what Easel cannot show: {parts}. The file was not changed, and saving makes a new one. To have these parts too, make pixels of them in the program that made them and open the file again.</source>
        <translation>« {name} » a été ouvert sans ce qu’Easel ne peut pas montrer : {parts}. Le fichier n’a pas été modifié, et enregistrer en crée un nouveau. Pour avoir aussi ces parties, convertissez-les en pixels dans le programme qui les a faites et ouvrez le fichier à nouveau.</translation>
    </message>
    <message>
        <source>“{name}” was opened, but these layers mix in ways that Easel does not know and are shown as normal: {layers}. The file was not changed, and saving makes a new one. Choose other blend modes here, or merge these layers in the program that made them and open the file again.</source>
        <translation>« {name} » a été ouvert, mais ces calques se mélangent d’une façon qu’Easel ne connaît pas et sont montrés comme normaux : {layers}. Le fichier n’a pas été modifié, et enregistrer en crée un nouveau. Choisissez ici d’autres modes de fusion, ou fusionnez ces calques dans le programme qui les a faits et ouvrez le fichier à nouveau.</translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation>«&#xa0;{name}&#xa0;» a été ouvert&#xa0;; ce qu&apos;il dit en plus a été laissé de côté.</translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation>«&#xa0;{name}&#xa0;» a été ouvert&#xa0;; {notes}.</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation>Comme à l&apos;ouverture</translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation>Historique des modifications, la plus ancienne d&apos;abord</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Another place…</source>
        <translation>Un autre endroit…</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Laisser</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>Ouvrir une image</translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation>Ouvrir ce qui reste</translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation>Projet OpenRaster</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Image collée</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>Save it there again</source>
        <translation>Enregistrer au même endroit</translation>
    </message>
    <message>
        <source>Save over it</source>
        <translation>Enregistrer par-dessus</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Enregistrer le projet</translation>
    </message>
    <message>
        <source>Save under another name…</source>
        <translation>Enregistrer sous un autre nom…</translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exporter vers</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation>JPEG — petit, sans transparence</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Le garder</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>Nom du fichier</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Autre dossier…</translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation>PNG — sans perte, pour tout</translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation>PSD — avec calques, pour Photoshop</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualité</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Le remplacer</translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation>Dire dans le fichier comment elle a été faite</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation>TIFF — sans perte, pour l&apos;impression</translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation>WebP — plus petit, avec transparence</translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation>Sans perte</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} pixels</translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation>«&#xa0;{name}&#xa0;» est déjà dans {folder}. Le remplacer jette l&apos;ancien.</translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation>Bas</translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation>De {share} de chaque côté</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Étendre</translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation>Étendre l&apos;image</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Jusqu&apos;où</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Gauche</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Droite</translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation>L&apos;image ne grandirait pas&#xa0;; choisissez un côté ou d&apos;autres proportions.</translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation>À {name}</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation>{width} × {height} pixels, peints en un cadre.</translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} pixels, peints en {count} cadre.</numerusform>
            <numerusform>{width} × {height} pixels, peints en {count} cadres.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>Copier les détails</translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation>Détails de la panne</translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation>Easel a trouvé une panne de son propre fait</translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation>Quelque chose a mal tourné dans Easel, ce qui n&apos;aurait pas dû arriver. Votre image est encore ouverte&#xa0;: exportez-la si elle compte, puis redémarrez Easel. Les détails ci-dessous aident à corriger la panne&#xa0;; ils ne contiennent aucune image.</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation>Alt l&apos;inverse le temps d&apos;un glissement</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Libre</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>Comme maintenant</translation>
    </message>
    <message>
        <source>Average over</source>
        <translation>Moyenne sur</translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less; drag the curve as you like it</source>
        <translation>Sous 0, une main légère fait plus, au-dessus de 0 moins&#xa0;; tirez la courbe à votre goût</translation>
    </message>
    <message>
        <source>Black below</source>
        <translation>Noir en dessous de</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>Luminosité</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Craie</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Fusain</translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation>Cliquez chaque sommet&#xa0;; Entrée ferme la forme</translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation>Pixels contigus seulement</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>Le plus sombre</translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation>Diamètre du pinceau</translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation>Distance entre deux touches, en part de la taille</translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation>Glissez de la couleur vers la seconde</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Adoucissement</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Flux</translation>
    </message>
    <message>
        <source>For pens</source>
        <translation>Pour les stylets</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Dégradé</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Dureté</translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation>De combien une couleur peut différer dans un canal</translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation>De combien la ligne suit la main avec retard</translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation>Netteté de son bord</translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation>Douceur du bord</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Teinte</translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation>Intersection</translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation>Le plus clair</translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation>Clarté</translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation>Regarder tous les calques</translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation>Le plus qu&apos;un trait recouvre</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nouvelle</translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation>De ce qui se trouve entre eux</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacité</translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation>Courbe de pression</translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation>La pression règle l&apos;opacité</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>La pression règle la taille</translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation>Proportions que le cadre prend et garde</translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation>Dégradé radial</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Rayon</translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation>Rayon autour</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rectangle</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Rond</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Saturation</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Sélection</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forme</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Lissage</translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation>Aimanter à la grille et aux bords</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>Espacement</translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation>Côtés droits</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Force</translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation>Soustraire</translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation>Ces niveaux deviennent noirs</translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation>Ces niveaux deviennent blancs</translation>
    </message>
    <message>
        <source>Tip</source>
        <translation>Pointe</translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation>Vers le noir ou le blanc</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Tolérance</translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation>Tourne toutes les couleurs</translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation>Ce qu&apos;une nouvelle sélection fait à l&apos;ancienne&#xa0;: Maj ajoute, Alt soustrait, les deux croisent</translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation>Ce que devient le noir</translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation>Ce que chaque touche ajoute</translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation>À quoi ressemble une touche</translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation>Ce que devient le blanc</translation>
    </message>
    <message>
        <source>White above</source>
        <translation>Blanc au-dessus de</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation>GIF animé</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>WebP animé</translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation>Commencer et finir par les images mêmes</translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation>Film enregistré dans {path}</translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation>Dossier d&apos;images PNG</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation>Images du film</translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation>Millisecondes par image</translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation>Nombre d&apos;images</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>Rythme</translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation>Peindre le film</translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation>Retrouver le bruit des deux images&#xa0;; les deux doivent être des images</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>Enregistrer le film</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation>Échanger les deux bouts</translation>
    </message>
    <message>
        <source>The film</source>
        <translation>Le film</translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation>Le film se joue ici</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>Aller et retour</translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation>Où commence le film</translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation>Où finit le film</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation>Toutes les images</translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation>Meilleur accord</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>Par le sens</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Collection</translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation>Comparer à ce que vous écrivez les images elles-mêmes, pas leurs mots</translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation>Décrivez ce que vous cherchez&#xa0;: bateaux rouges au crépuscule</translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation>Favoris seulement</translation>
    </message>
    <message>
        <source>Near duplicates in stacks</source>
        <translation>Presque identiques en piles</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Plus récentes d&apos;abord</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Plus anciennes d&apos;abord</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Ordre</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Rechercher</translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation>Chercher dans les mots de vos images</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Corbeille</translation>
    </message>
</context>
<context>
    <name>FollowRow</name>
    <message>
        <source>0: the prompt alone says what is painted. 100, or no prompt at all: the rest of the picture does, or the picture put in here</source>
        <translation>0 : seul le prompt dit ce qui est peint. 100, ou sans prompt : le reste de l’image le dit, ou l’image placée ici</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Suivre</translation>
    </message>
    <message>
        <source>How far new parts take after it</source>
        <translation>À quel point les nouvelles parties la suivent</translation>
    </message>
    <message>
        <source>New parts take after pictures; write words into the prompt instead.</source>
        <translation>Les nouvelles parties suivent des images ; écrivez les mots dans le prompt.</translation>
    </message>
    <message>
        <source>The &amp;rest of the picture</source>
        <translation>Le &amp;reste de l’image</translation>
    </message>
    <message>
        <source>There is nothing to fill; mask, select or erase something first.</source>
        <translation>Il n’y a rien à remplir ; masquez, sélectionnez ou effacez d’abord quelque chose.</translation>
    </message>
    <message>
        <source>What new parts take after</source>
        <translation>Ce que suivent les nouvelles parties</translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation>recouvrement {share}&#xa0;%</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation>, pas comme {count}</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 image</translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation>Reprendre prompt, graine, cadre et masque</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Écarter</translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation>Écartée&#xa0;; récupérer 1 image</translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>Écartée&#xa0;; récupérer {count} image</numerusform>
            <numerusform>Écartées&#xa0;; récupérer {count} images</numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation>Chaque image que vous faites est gardée ici, dans
{folder}

Écrivez un prompt ci-dessus et appuyez sur Générer, ou déposez des fichiers d&apos;images ici.</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favori</translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation>S&apos;éloigner de ce qu&apos;elle montre</translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation>Comme {count} choisies</translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>Refaire</translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation>Marquer comme favorite (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mélanger</translation>
    </message>
    <message>
        <source>More like it</source>
        <translation>Plus comme celle-ci</translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation>Les plus proches par le sens d&apos;abord</translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation>Nouvelles images de la même idée</translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation>Aucune image n&apos;a ces mots</translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation>Aucune image n&apos;a ces mots&#xa0;; celles-ci sont les plus proches par le sens</translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation>Aucune image ici ne peut être comparée&#xa0;: d&apos;autres modèles les ont faites.</translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation>Pas comme celle-ci</translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation>Rien ici. Changez ce que vous cherchez, ou montrez toutes les images.</translation>
    </message>
    <message>
        <source>Open stack</source>
        <translation>Ouvrir la pile</translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation>Peindre de nouveau exactement la même image</translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation>Peindre ce qui se trouve entre celles-ci, ou entre celle-ci et le prompt</translation>
    </message>
    <message>
        <source>Pictures of one stack</source>
        <translation>Images d&apos;une pile</translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation>Mettre à la corbeille pour 30 jours (Suppr)</translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation>La mettre sur la toile comme calque (Entrée)</translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation>La mettre sur la table de mixage, pour l&apos;y doser</translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation>Parentes d&apos;une image</translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation>Enregistrer ailleurs une copie de son fichier</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>See all that this stack holds</source>
        <translation>Voir tout ce que contient cette pile</translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation>Trier toutes les images selon leur proximité</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>La corbeille est vide.</translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation>Vers la toile</translation>
    </message>
    <message>
        <source>To desk</source>
        <translation>Vers la table</translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation>Reprendre les réglages</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Varier</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} image</numerusform>
            <numerusform>{count} images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation>Accord avec ses mots {share}</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Graine {seed}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} pixels</translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation>Images de la galerie</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation>Image {number}</translation>
    </message>
    <message>
        <source>{prompt}, a stack of {count}</source>
        <translation>{prompt}, une pile de {count}</translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished">Un autre dossier…</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Récupérer</translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>Supprimer {count} image pour de bon&#xa0;?</numerusform>
            <numerusform>Supprimer {count} images pour de bon&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Écarter</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Vider la corbeille</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>Image PNG</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Enregistrer une copie</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout montrer</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Ce qui est montré</translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation>Image de la galerie</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>4 more paints further ones, Vary paints variations of the chosen one. Drag tiles to the canvas, into a mix, or out of the window. The tray is saved with the project.</source>
        <translation>«&#xa0;4 de plus&#xa0;» en peint d&apos;autres, «&#xa0;Varier&#xa0;» peint des variations de celle choisie. Glissez les vignettes vers la toile, dans un mélange, ou hors de la fenêtre. Le bac est enregistré avec le projet.</translation>
    </message>
    <message>
        <source>A prompt is written already: press Enter and it is painted, on this computer and without a network. Write your own over it, or drop or paste a picture.</source>
        <translation>Un prompt est déjà écrit&#xa0;: appuyez sur Entrée et il est peint, sur cet ordinateur et sans réseau. Écrivez le vôtre par-dessus, ou déposez ou collez une image.</translation>
    </message>
    <message>
        <source>Below each picture: variations, open on the canvas (Enter), mix, mark as a favourite (F), save. The number in its corner is how well it agrees with the prompt, 1 at most.</source>
        <translation>Sous chaque image&#xa0;: variations, ouvrir sur la toile (Entrée), mélanger, marquer comme favorite (F), enregistrer. Le nombre dans son coin dit à quel point elle s&apos;accorde avec le prompt, 1 au plus.</translation>
    </message>
    <message>
        <source>Choose in the tray</source>
        <translation>Choisir dans le bac</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. When it ended before you saved, the next start shows what there is, with a small picture: open it and go on.</source>
        <translation>Easel conserve le travail non enregistré après chaque action. S&apos;il s&apos;est terminé avant que vous n&apos;ayez enregistré, le démarrage suivant montre ce qu&apos;il y a, avec une petite image&#xa0;: ouvrez-le et continuez.</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished">Agrandir</translation>
    </message>
    <message>
        <source>Enter in the prompt while something is painted queues the next run. The button beside the progress shows the queue: change its order, take runs out, pause it. Cancel (Esc) stops at once and forgets what waits.</source>
        <translation>Entrée dans le prompt pendant qu&apos;une image est peinte met la série suivante en file. Le bouton à côté de la progression montre la file&#xa0;: changez son ordre, retirez des séries, mettez-la en pause. Annuler (Échap) arrête aussitôt et oublie ce qui attend.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation type="unfinished">Gommer et décrire</translation>
    </message>
    <message>
        <source>Find it again</source>
        <translation>Le retrouver</translation>
    </message>
    <message>
        <source>Five things are ready on the first page and in the menu Help: erase and describe, past the edge, a mix, a rewording and a panorama. They run on the Starter, the small model that comes with Easel; Generate ▸ Models… has larger ones.</source>
        <translation>Cinq choses sont prêtes sur la première page et dans le menu Aide&#xa0;: gommer et décrire, au-delà du bord, un mélange, une reformulation et un panorama. Elles tournent sur le Starter, le petit modèle livré avec Easel&#xa0;; Générer ▸ Modèles… en a de plus grands.</translation>
    </message>
    <message>
        <source>Frame ▸ Extend the picture… plans frames around it, by a share or to proportions. They are painted one after the other, each as one step that undo takes back; Cancel stops, and what is painted stays.</source>
        <translation>Cadre ▸ Étendre l&apos;image… prévoit des cadres autour d&apos;elle, d&apos;une part ou jusqu&apos;à des proportions. Ils sont peints l&apos;un après l&apos;autre, chacun comme une étape que l&apos;annulation reprend&#xa0;; Annuler arrête, et ce qui est peint reste.</translation>
    </message>
    <message>
        <source>Get a larger model</source>
        <translation>Obtenir un modèle plus grand</translation>
    </message>
    <message>
        <source>In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the idea and puts it into another picture; the lock of Layout keeps where things are and puts another idea there. A second click opens it again.</source>
        <translation>Dans le panneau Variations, un verrou se trouve à côté de chaque curseur. Celui de Sens garde l&apos;idée et la met dans une autre image&#xa0;; celui de Disposition garde la place des choses et y met une autre idée. Un second clic le rouvre.</translation>
    </message>
    <message>
        <source>Let things wait</source>
        <translation>Laisser attendre</translation>
    </message>
    <message>
        <source>Look at many ideas first</source>
        <translation>Voir d&apos;abord beaucoup d&apos;idées</translation>
    </message>
    <message>
        <source>Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. Click those you want, and only these are painted in full.</source>
        <translation>«&#xa0;Esquisses&#xa0;» (F9) dessine en quelques étapes beaucoup d&apos;idées pour le prompt, avec leur accord. Cliquez celles que vous voulez&#xa0;: elles seules sont peintes entièrement.</translation>
    </message>
    <message>
        <source>Make a film</source>
        <translation>Faire un film</translation>
    </message>
    <message>
        <source>Make again paints the very same picture; Use settings brings back prompt and seed. Discarded pictures stay in the trash for thirty days. A picture file that Easel wrote brings its settings back when you drop it on the canvas, on the card Use its settings.</source>
        <translation>«&#xa0;Refaire&#xa0;» peint exactement la même image&#xa0;; «&#xa0;Reprendre les réglages&#xa0;» ramène le prompt et la graine. Les images écartées restent trente jours dans la corbeille. Un fichier d&apos;image écrit par Easel ramène ses réglages quand vous le déposez sur la toile, sur la carte «&#xa0;Reprendre ses réglages&#xa0;».</translation>
    </message>
    <message>
        <source>Make new pictures</source>
        <translation>Faire de nouvelles images</translation>
    </message>
    <message>
        <source>Mix ideas</source>
        <translation>Mélanger des idées</translation>
    </message>
    <message>
        <source>Move the frame (F) over the edge of the picture. What is empty in it is painted, the rest stays; the label says how much of the frame overlaps the picture.</source>
        <translation>Déplacez le cadre (F) au-delà du bord de l&apos;image. Ce qu&apos;il contient de vide est peint, le reste ne change pas&#xa0;; l&apos;étiquette dit quelle part du cadre recouvre l&apos;image.</translation>
    </message>
    <message>
        <source>Near duplicates in stacks, the switch beside the trash, shows one picture for all of nearly the same idea, with their number; Open stack shows them.</source>
        <translation>« Presque identiques en piles », le bouton à côté de la corbeille, montre une image pour toutes celles de presque la même idée, avec leur nombre ; « Ouvrir la pile » les montre.</translation>
    </message>
    <message>
        <source>Of {red|blue} every picture draws one word by chance. Pictures says how many are painted, up to ten; a closed lock keeps the seed, and the same prompt and seed give the same picture again.</source>
        <translation>Dans {red|blue}, chaque image tire un mot au hasard. «&#xa0;Images&#xa0;» dit combien sont peintes, jusqu&apos;à dix&#xa0;; un verrou fermé garde la graine, et le même prompt avec la même graine redonne la même image.</translation>
    </message>
    <message>
        <source>On the page Create (F3) write what you would like to see and press Enter. The dice button writes an idea, the palette adds a style, the crossed circle opens a line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).</source>
        <translation>Sur la page Créer (F3), écrivez ce que vous aimeriez voir et appuyez sur Entrée. Le dé écrit une idée, la palette ajoute un style, le cercle barré ouvre une ligne pour ce qu&apos;il faut éviter, et l&apos;horloge liste les prompts précédents (Alt+Haut, Alt+Bas).</translation>
    </message>
    <message>
        <source>On the page Film (F8) put a picture at both ends: drop it, or click the place. Paint the film paints what lies between them; it plays in the middle, and its frames lie in the tray too.</source>
        <translation>Sur la page Film (F8), mettez une image à chaque bout&#xa0;: déposez-la, ou cliquez sur la place. «&#xa0;Peindre le film&#xa0;» peint ce qui est entre les deux&#xa0;; il défile au milieu, et ses images sont aussi dans le plateau.</translation>
    </message>
    <message>
        <source>Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or a folder of frames.</source>
        <translation>«&#xa0;Rythme&#xa0;» dit combien de temps on voit chaque image. «&#xa0;Enregistrer…&#xa0;» écrit un GIF ou un WebP animé, ou un dossier d&apos;images.</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation type="unfinished">Au-delà du bord</translation>
    </message>
    <message>
        <source>Press Q and paint over what is to go with the brush (B), or select it, or erase it (E). Write what is to be there and press Enter: the button says Fill.</source>
        <translation>Appuyez sur Q et couvrez au pinceau (B) ce qui doit partir, ou sélectionnez-le, ou gommez-le (E). Écrivez ce qui doit s&apos;y trouver et appuyez sur Entrée&#xa0;: le bouton dit Remplir.</translation>
    </message>
    <message>
        <source>Put pictures, words and results on the mixing desk (F6): drop them, or click an empty well. Each has a weight, which may lead away from it, and can be muted or heard alone. The point on the pad moves between the first four; the preview follows.</source>
        <translation>Mettez des images, des mots et des résultats sur la table de mixage (F6)&#xa0;: déposez-les, ou cliquez une case vide. Chacun a un poids, qui peut aussi en éloigner, et peut être rendu muet ou solo. Le point sur le plan va entre les quatre premiers&#xa0;; l&apos;aperçu suit.</translation>
    </message>
    <message>
        <source>Reword a picture</source>
        <translation>Reformuler une image</translation>
    </message>
    <message>
        <source>Say from what to what (F7). The strip shows the way in five pictures, so that you see where it goes wrong; the slider says how far to go. Several changes can be stacked, and the composition can be kept.</source>
        <translation>Dites de quoi vers quoi (F7). La bande montre le chemin en cinq images, pour que vous voyiez où il se perd&#xa0;; le curseur dit jusqu&apos;où aller. Plusieurs changements peuvent s&apos;empiler, et la composition peut être gardée.</translation>
    </message>
    <message>
        <source>Style and subject apart gives each idea two weights: what it shows, and how it is painted. With no weight for the style of one and none for the subject of another, the one is painted in the manner of the other.</source>
        <translation>Style et sujet à part donne à chaque idée deux poids&#xa0;: ce qu&apos;elle montre et la manière dont elle est peinte. Retirez son style à l&apos;une et son sujet à l&apos;autre&#xa0;: la première est peinte à la manière de la seconde.</translation>
    </message>
    <message>
        <source>The candidates are shown in place. Hold the backslash key to look at the original, and press Enter to accept one. It becomes a layer; the panel Result changes its feather, growth and colours afterwards, or paints it again.</source>
        <translation>Les candidates sont montrées en place. Maintenez la barre oblique inverse pour voir l&apos;original, et appuyez sur Entrée pour en accepter une. Elle devient un calque&#xa0;; le panneau Résultat change ensuite son adoucissement, son extension et ses couleurs, ou la repeint.</translation>
    </message>
    <message>
        <source>The first start</source>
        <translation>Le premier démarrage</translation>
    </message>
    <message>
        <source>The gallery (F4) keeps every finished picture with prompt, seed, model and idea. Search by words, or by meaning; More like it sorts all of them by nearness to what is chosen, Not like it leads away.</source>
        <translation>La galerie (F4) garde chaque image terminée avec prompt, graine, modèle et idée. Cherchez par les mots ou par le sens&#xa0;; «&#xa0;Plus comme celle-ci&#xa0;» les trie toutes selon leur proximité avec ce qui est choisi, «&#xa0;Pas comme celle-ci&#xa0;» en éloigne.</translation>
    </message>
    <message>
        <source>The page of Generate ▸ Models… says of each model what it can do, how large it is, its licence, and what this computer needs for it. Get shows the licence before the first byte; a download can be paused and goes on after a restart.</source>
        <translation>La page Générer ▸ Modèles… dit de chaque modèle ce qu&apos;il sait faire, sa taille, sa licence et ce qu&apos;il faut à cet ordinateur. «&#xa0;Obtenir&#xa0;» montre la licence avant le premier octet&#xa0;; un téléchargement peut être mis en pause et continue après un redémarrage.</translation>
    </message>
    <message>
        <source>The panel Vary and the menu Generate enlarge a layer, or all of the picture, twice or four times. In the tray the slider shows before and after beside each other on the canvas.</source>
        <translation>Le panneau Variations et le menu Générer agrandissent un calque, ou toute l&apos;image, deux ou quatre fois. Dans le bac, le curseur montre avant et après côte à côte sur la toile.</translation>
    </message>
    <message>
        <source>The panel Vary paints variations of the chosen picture, of a layer or of all that is seen. Meaning says how far the idea may drift, Layout how far things may move.</source>
        <translation>Le panneau Variations peint des variations de l&apos;image choisie, d&apos;un calque ou de tout ce qui se voit. «&#xa0;Sens&#xa0;» dit jusqu&apos;où l&apos;idée peut dériver, «&#xa0;Disposition&#xa0;» jusqu&apos;où les choses peuvent bouger.</translation>
    </message>
    <message>
        <source>The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter keeps the picture as a layer and leaves the others, Delete discards it, Esc rejects all. The first tile is the original.</source>
        <translation>Le bac est près du cadre. Gauche et Droite choisissent, Entrée accepte, Maj+Entrée garde l&apos;image comme calque et laisse les autres, Suppr l&apos;écarte, Échap refuse tout. La première vignette est l&apos;original.</translation>
    </message>
    <message>
        <source>The two locks</source>
        <translation>Les deux verrous</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>Travail non enregistré</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variations</translation>
    </message>
    <message>
        <source>What has failed is put aside there, and Try again puts it back. When you look elsewhere, title and task bar tell that pictures are ready.</source>
        <translation>Ce qui a échoué y est mis de côté, et «&#xa0;Réessayer&#xa0;» le remet. Quand vous regardez ailleurs, le titre et la barre des tâches disent que des images sont prêtes.</translation>
    </message>
    <message>
        <source>What you discard, or close without saving, can be found for thirty days under File ▸ Recover…. Beside a project lie its last three versions.</source>
        <translation>Ce que vous écartez, ou fermez sans enregistrer, se retrouve pendant trente jours sous Fichier ▸ Récupérer…. À côté d&apos;un projet se trouvent ses trois dernières versions.</translation>
    </message>
    <message>
        <source>With I have the files a folder is used where it lies. Verify reads every file again, Save space keeps a copy of half the size, and Remove frees the room. On Linux, Use my NVIDIA card builds an engine for the card in your own folder.</source>
        <translation>Avec «&#xa0;J&apos;ai les fichiers&#xa0;», un dossier est utilisé là où il se trouve. «&#xa0;Vérifier&#xa0;» relit chaque fichier, «&#xa0;Gagner de la place&#xa0;» garde une copie de moitié plus petite et «&#xa0;Supprimer&#xa0;» libère la place. Sous Linux, «&#xa0;Utiliser ma carte NVIDIA&#xa0;» construit un moteur pour la carte dans votre propre dossier.</translation>
    </message>
    <message>
        <source>With the lasso (L) draw around an area, or click its corners and press Enter. Shift adds to what is selected, Alt takes away.</source>
        <translation>Avec le lasso (L), entourez une zone, ou cliquez sur ses coins et appuyez sur Entrée. Maj ajoute à la sélection, Alt en retire.</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>Guide</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>Page du guide</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>Pages du guide</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Que faire</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation>Mettez des images et des mots dans les cases, puis déplacez les curseurs ou le point sur le plan&#xa0;; l&apos;aperçu suit.</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation>Le cadre dépasse l&apos;image&#xa0;: Étendre peint ce qu&apos;il contient de vide. Laissez assez de recouvrement pour que le modèle voie ce qu&apos;il doit continuer.</translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation>Vous peignez maintenant le masque&#xa0;: ce qui est couvert est repeint quand vous appuyez sur Remplir. Q le quitte.</translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation>Film</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Esquisses</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mélange</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Chemin</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>Reformuler</translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation>Façons de travailler avec des idées</translation>
    </message>
</context>
<context>
    <name>Invitation</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>Ou essayez l&apos;un de ceux-ci, qui sont prêts&#xa0;:</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation>L&apos;accepter</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>Ajouter à la sélection</translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation>Alt en glissant</translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation>Alt+glisser à droite</translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation>Autour du milieu</translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation>Comme si rien n&apos;avait commencé</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Changer les touches</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Changer les touches…</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>Choisir une image</translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation>Fermer un polygone, recadrer, transformer</translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation>Ctrl+clic, Alt+clic</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Suppr</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>L&apos;écarter</translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation>Double clic, F2</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Entrée</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Entrée, double clic</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Gommer</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Échap</translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation>Échap en glissant</translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation>Trouver une touche ou un geste</translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation>Cadre et calques</translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation>Se déplacer</translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation>Le garder comme calque</translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation>Garder ce qui est dans les deux</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>Touches et gestes</translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation>Touches de {scheme}</translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation>Regarder l&apos;original</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>Déplacer la vue</translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation>Déplacer la vue, zoomer, tourner</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Nouvelle ligne</translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation>Aucune touche ni aucun geste ne s&apos;appelle ainsi.</translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation>Décaler d&apos;un pixel</translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation>Décaler le cadre de 64, un calque de 10</translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation>Autre bout du stylet</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Peindre</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Peinture</translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation>Images du bac</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Tout refuser</translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation>Renommer un calque</translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation>Sélection</translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation>Maj en glissant</translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation>Taille et dureté du pinceau</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Taille du pinceau</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>Espace+glisser, glisser du milieu</translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation>Carré ou cercle</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>Ligne droite depuis le dernier trait</translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation>Soustraire de la sélection</translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation>Prendre une couleur</translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation>Deux doigts, pincer</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>Que cherchez-vous&#xa0;?</translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation>Molette, Ctrl+molette</translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation>Sans magnétisme</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Zoomer au pointeur</translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation>Comme dans le jeu</translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation>Choisissez une commande, puis appuyez sur sa nouvelle touche.</translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation>Trouver une commande ou une touche</translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation>La donner à «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation>Touche {number}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation>Touches de</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>Touches de «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Laisser</translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation>Tout rétablir</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>Jeu de touches</translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation>La molette fait défiler, avec Ctrl ou Alt elle zoome</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>Commande</translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation>{key} appartient à «&#xa0;{owner}&#xa0;», qui ne l&apos;aurait plus.</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation>%1, masqué</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation>verrouillé</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>masque</translation>
    </message>
    <message>
        <source>painting the mask</source>
        <translation>on peint le masque</translation>
    </message>
    <message>
        <source>result</source>
        <translation>résultat</translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation>transparence verrouillée</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation>Mode de fusion du calque</translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation>Modes de fusion</translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation>Comment le calque se mêle à ce qui est dessous</translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation>Calques, le plus haut d&apos;abord</translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation>Verrouiller le calque</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Verrouiller la transparence</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Mode</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacité</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>Opacité du calque</translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation>Espace montre ou masque un calque, F2 le renomme, glisser réordonne</translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation>Accepter et télécharger</translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation>Easel le télécharge quand vous acceptez&#xa0;; cela n&apos;est demandé qu&apos;une fois.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation>Licence de {title}</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Pas maintenant</translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation>{title} est publié sous {licence}.</translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation>Dans l&apos;ordre d&apos;arrivée</translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation>Chaque idée est peinte en quelques étapes&#xa0;; choisissez avant que le long travail commence</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Idées</translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation>Idées pour le prompt</translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation>Voir des idées</translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation>Recherche d&apos;idées…</translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation>Nombre d&apos;idées</translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation>Ordre des idées</translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation>Peindre celles choisies</translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation>La plus fidèle d&apos;abord</translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation>Le nombre dit à quel point une idée s&apos;accorde avec le prompt, 1 au plus</translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation>La plus grande diversité d&apos;abord</translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation>«&#xa0;{prompt}&#xa0;»&#xa0;: cliquez celles que vous voulez, puis peignez-les</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Fermer ce message</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation>Une nouvelle place dans le mélange</translation>
    </message>
    <message>
        <source>A second place in the mix</source>
        <translation>Une deuxième place dans le mélange</translation>
    </message>
    <message>
        <source>Drop pictures into the places, click them, or type:</source>
        <translation>Déposez des images dans les places, cliquez dessus, ou écrivez :</translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation>Comment les idées sont mélangées</translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation>Plan entre les quatre premières idées</translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation>Peindre le mélange</translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation>Aperçu du mélange</translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation>Le long de la sphère</translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation>Le long de la sphère garde la force d&apos;une idée&#xa0;; la somme directe, la manière de Kandinsky, faiblit entre des idées éloignées</translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation>Somme directe</translation>
    </message>
    <message>
        <source>Style and subject apart</source>
        <translation>Style et sujet à part</translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation>Le mélange apparaît ici pendant que vous le cherchez</translation>
    </message>
    <message>
        <source>Two weights for each idea: what it shows, and how it is painted. Style is what lies along words for styles; the pad weighs the subjects</source>
        <translation>Deux poids pour chaque idée&#xa0;: ce qu&apos;elle montre et la manière dont elle est peinte. Le style est ce qui suit des mots de style&#xa0;; le pavé pèse les sujets</translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation>Mots à mettre dans le mélange</translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation>ou écrivez, et appuyez sur Entrée</translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation>Starter dessine des images de style emoji&#xa0;; il ne sait faire ni photographies ni texte</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation>Annuler…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation>Obtenir…</translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation>J&apos;ai les fichiers…</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>Licence…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>Progression de {title}</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Supprimer…</translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation>Gagner de la place…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Vérifier</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation>&#xa0;; gardé en copies réduites</translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation>&#xa0;; peint à {side} et agrandi</translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation>&#xa0;; {free} libres sur ce disque</translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation>environ {need} pour la plus grande partie (estimation)&#xa0;; {free} libres maintenant</translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation>environ {time} pour une image ici (estimation&#xa0;; elle peut se tromper du double ou du triple)</translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation>livré avec Easel</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>endommagé</translation>
    </message>
    <message>
        <source>damaged, {left} to get again</source>
        <translation>endommagé, {left} à obtenir de nouveau</translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation>endommagé&#xa0;: obtenez-le de nouveau, seul le fichier endommagé est téléchargé</translation>
    </message>
    <message>
        <source>damaged: install Easel again</source>
        <translation>endommagé : réinstallez Easel</translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation>agrandissement</translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation>remplissage et extension</translation>
    </message>
    <message>
        <source>incomplete: {share} %, {left} to go</source>
        <translation>incomplet : {share} %, encore {left}</translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation>peu&#xa0;; il tourne sur toute machine</translation>
    </message>
    <message>
        <source>mixes</source>
        <translation>mélanges</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>aucune encore</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>pas sur cet ordinateur</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>non vérifié auprès de l&apos;éditeur</translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation>pas encore vérifié ici</translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation>rien à télécharger</translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation>peignez une image avec le Starter, Easel pourra alors l&apos;estimer</translation>
    </message>
    <message>
        <source>painting over</source>
        <translation>repeint</translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation>chemins entre images</translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation>images à partir de mots</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>rewording</source>
        <translation>reformulation</translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation>recherche par le sens</translation>
    </message>
    <message>
        <source>variations</source>
        <translation>variations</translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation>vérifié auprès de l&apos;éditeur</translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation>{side} × {side} pixels, ou une autre forme de cette surface</translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{size} en {count} fichier</numerusform>
            <numerusform>{size} en {count} fichiers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation> (acceptée)</translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation>Un dossier où des modèles sont cherchés&#xa0;; ses fichiers sont utilisés sur place.</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>Un dossier avec des modèles</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ajouter un dossier…</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>Sait faire</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Téléchargement</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation>Garder {title} en copies réduites&#xa0;? Elles prennent environ la moitié de {size}. Les nombres sont arrondis en bfloat16, les images diffèrent donc un peu sur les machines qui calculent en float32&#xa0;; les fichiers publiés sont effacés et ne pourraient qu&apos;être téléchargés de nouveau.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Laisser</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Laisser de côté</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation>Fait à partir de {title}&#xa0;; ses fichiers sont utilisés sur place.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Miroir</translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation>Miroir et proxy</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Paquets</translation>
    </message>
    <message>
        <source>Paints</source>
        <translation>Peint</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation>Supprimer {title} de cet ordinateur&#xa0;? {size} sont effacés du dossier d&apos;Easel&#xa0;; vos fichiers ailleurs restent. Il peut être téléchargé de nouveau.</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>Gagner de la place</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Temps</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>endommagé</translation>
    </message>
    <message>
        <source>damaged: {file}; put a sound copy in its place</source>
        <translation>endommagé : {file} ; mettez une copie intacte à sa place</translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation>adresse https au lieu de celle de l&apos;éditeur</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>en service</translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation>index pour le moteur sur carte NVIDIA, au lieu de l&apos;habituel</translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation>au lieu de celui du système</translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation>a besoin du reste de {title}</translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation>seulement là où l&apos;éditeur en demande un&#xa0;; il n&apos;est pas enregistré</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>parcouru</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>démarrage</translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation>Navigateur&#xa0;: l&apos;image entière et la partie visible</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation>Une série a échoué</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} image est prête</numerusform>
            <numerusform>{count} images sont prêtes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation>Ne plus montrer ceci</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); here a picture would take roughly {time}.</source>
        <translation>Pour de grandes images détaillées, il y a {title} ({size} Go, {licence})&#xa0;; une image prendrait ici environ {time}.</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation>Pour de grandes images détaillées, il y a {title} ({size} Go, {licence})&#xa0;; cet ordinateur y mettrait plus de temps.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modèles…</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>Montrer les modèles</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation>Faites glisser le point&#xa0;: plus il est près d&apos;un coin, plus il prend de ce qui s&apos;y trouve</translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation>Deux idées forment un plan</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation>Toile</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Créer</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
</context>
<context>
    <name>PathPanel</name>
    <message>
        <source>1 is the first result, 2 the second; in between lies what is meant between</source>
        <translation>1 est le premier résultat, 2 le deuxième ; entre les deux se trouve le sens intermédiaire</translation>
    </message>
    <message>
        <source>Near {number}: {name}</source>
        <translation>Près de {number} : {name}</translation>
    </message>
    <message>
        <source>Paint from here</source>
        <translation>Peindre à partir d’ici</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Place on the line</source>
        <translation>Position sur la ligne</translation>
    </message>
    <message>
        <source>Results of this project, the oldest first</source>
        <translation>Résultats de ce projet, le plus ancien d’abord</translation>
    </message>
    <message>
        <source>What is meant there</source>
        <translation>Le sens à cet endroit</translation>
    </message>
    <message>
        <source>What is meant there shows here</source>
        <translation>Le sens à cet endroit s’affiche ici</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>, a favourite</source>
        <translation>, un favori</translation>
    </message>
    <message>
        <source>, agreement with the prompt {share}</source>
        <translation>, accord avec le prompt {share}</translation>
    </message>
    <message>
        <source>, in the gallery&apos;s trash</source>
        <translation>, dans la corbeille de la galerie</translation>
    </message>
    <message>
        <source>Picture {number}, not finished</source>
        <translation>Image {number}, pas encore terminée</translation>
    </message>
    <message>
        <source>Picture {number}, seed {seed}</source>
        <translation>Image {number}, graine {seed}</translation>
    </message>
    <message>
        <source>in the trash</source>
        <translation>à la corbeille</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation>L&apos;image et les cadres prévus</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation>Progression de la série</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Démarrage…</translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation>Ce que fait la série</translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation>Ce que sait faire ce modèle</translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>encore {count} à venir</numerusform>
            <numerusform>encore {count} à venir</numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation>encore {minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>encore {seconds} s</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation>Aucun prompt n&apos;a ces mots.</translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation>Chercher dans vos prompts</translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation>Vos prompts</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation>&amp;Images</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation>Choisir une autre graine et la garder</translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation>Continuer l&apos;image dans la partie vide du cadre&#xa0;; le reste ne change pas</translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation>Ctrl+Entrée, ou Entrée dans le prompt</translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation>Décrivez l&apos;image que vous voulez</translation>
    </message>
    <message>
        <source>Describe what belongs here, or leave this empty to go by the rest</source>
        <translation>Décrivez ce qui va ici, ou laissez vide pour suivre le reste</translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation>Chaque série prend une nouvelle graine&#xa0;; cliquez pour garder celle-ci</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Étendre</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Remplir</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Générer</translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation>Combien d&apos;images fait une série (1–10)</translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation>Quelle part de l&apos;image dans le cadre peut disparaître&#xa0;: 0 la garde, 100 l&apos;ignore</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>Garder cette graine</translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation>Paysage 3&#xa0;: 2</translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation>Paysage 4&#xa0;: 3</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Nouvelle graine</translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation>Rien n&apos;est masqué&#xa0;: repeindre tout le cadre, autant que Force le dit</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>Nombre d&apos;images</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>Repeindre</translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation>Peindre tout le cadre à partir du prompt</translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation>Peindre ce qui est masqué, sélectionné ou vide dans le cadre&#xa0;; le reste ne change pas</translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation>Portrait 2&#xa0;: 3</translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation>Portrait 3&#xa0;: 4</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>G&amp;raine</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Graine</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forme</translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation>Forme de l&apos;image</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Carré</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Arrêter (Échap)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Force</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Force du repeint</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>Surprends-moi</translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation>Surprends-moi&#xa0;: écrire une idée ici</translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation>Haut 9&#xa0;: 16</translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation>Le même prompt et la même graine donnent la même image</translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation>La graine est gardée&#xa0;; cliquez pour une nouvelle à chaque série</translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation>Large 16&#xa0;: 9</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation>Éviter</translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation>Éviter&#xa0;: dire de quoi l&apos;image doit s&apos;éloigner</translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation>Clip art</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>Prompts précédents</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>Prompts précédents (Alt+Haut, Alt+Bas)</translation>
    </message>
    <message>
        <source>Film still</source>
        <translation>Image de film</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>Aplat</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>Gouache</translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation>Dessin au trait</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Aucun style</translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation>Peinture à l&apos;huile</translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation>Papier découpé</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>Crayon</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>Photographie</translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation>Pixel art</translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation>Vitrail</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Style</translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation>Style&#xa0;: écrire une manière de peindre après le prompt</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>Aquarelle</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>Ce que l&apos;image ne doit pas montrer</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>Gravure sur bois</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation>Plus tôt</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>Agrandissement</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Les oublier</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mélange</translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation>Pas peint</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pause</translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>En pause&#xa0;; {count} en attente</numerusform>
            <numerusform>En pause&#xa0;; {count} en attente</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>File d&apos;attente</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>Le retirer</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variations</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>Ce qui attend</translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation>Ce qui attend d&apos;être peint</translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} en attente</numerusform>
            <numerusform>{count} en attente</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation>1 calque</translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation>Une image sans nom</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Écarter</translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation>Easel s&apos;est arrêté pendant qu&apos;il lisait ceci&#xa0;; cela peut se reproduire.</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>Pas d&apos;aperçu</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation>Aperçu de {name}</translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation>Aujourd&apos;hui, {clock}</translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation>Hier, {clock}</translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation>conservé encore {days} jours</translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation>{day}, {clock}</translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation>{layers}, modifié depuis l&apos;enregistrement</translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation>{layers}, jamais enregistré</translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation>{n} calques</translation>
    </message>
    <message>
        <source>“{prompt}”</source>
        <translation>«&#xa0;{prompt}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>RecoveryPages</name>
    <message>
        <source>A folder for the copy of unsaved work</source>
        <translation>Un dossier pour la copie du travail non enregistré</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Un autre dossier…</translation>
    </message>
    <message>
        <source>Save the project…</source>
        <translation>Enregistrer le projet…</translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Décider plus tard</translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation>Easel s&apos;est arrêté avant que ceci soit enregistré</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation>Easel conserve le travail non enregistré après chaque action. Ce qui a été écarté, ou fermé sans enregistrer, reste ici 30 jours.</translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation>Ouvrez ce que vous voulez poursuivre. Ce que vous écartez se retrouve encore pendant 30 jours, sous Fichier ▸ Récupérer.</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Récupérer</translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation>Il n&apos;y a rien à récupérer</translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation>Travail qui n&apos;a pas été enregistré</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Another seed</source>
        <translation>Une autre graine</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Annuler</translation>
    </message>
    <message>
        <source>Get it again…</source>
        <translation>Obtenir à nouveau…</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished">Obtenir…</translation>
    </message>
    <message>
        <source>Half the guidance</source>
        <translation>La moitié du guidage</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Localiser…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished">Modèles…</translation>
    </message>
    <message>
        <source>Offload (2× slower)</source>
        <translation>Décharger (2× plus lent)</translation>
    </message>
    <message>
        <source>Paint on the processor</source>
        <translation>Peindre sur le processeur</translation>
    </message>
    <message>
        <source>Paint with the Starter</source>
        <translation>Peindre avec le Starter</translation>
    </message>
    <message>
        <source>Retry at {side} × {side}</source>
        <translation>Réessayer en {side} × {side}</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>Lancer quand même</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation type="unfinished">Tester l’appareil</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished">Réessayer</translation>
    </message>
    <message>
        <source>Use {side} × {side}</source>
        <translation>Utiliser {side} × {side}</translation>
    </message>
</context>
<context>
    <name>ReshapeWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished">Appliquer</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation>Favori</translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation>La marquer comme favorite dans la galerie (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mélanger</translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation>Mélanger&#xa0;: la mettre sur la table de mixage</translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation>Nouvelles images comme celle-ci, aussi éloignées que l&apos;indique le panneau Variations</translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation>Ouvrir sur la toile</translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation>Ouvrir sur la toile&#xa0;: l&apos;y mettre comme calque (Entrée)</translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation>Enregistrer une copie de son fichier</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variations</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation>De nouveau avec ces réglages</translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation>Choisissez un calque pour voir comment il a été fait.</translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation>Accord des couleurs</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Couleurs</translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation>Agrandit la partie remplie, ou la rétrécit</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Adoucissement</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Extension</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Extension du masque</translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation>Sur quelle distance les nouveaux pixels se fondent dans les anciens</translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation>À quel point les nouveaux pixels prennent les couleurs qui les entourent</translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation>Garde le calque tel qu&apos;il paraît et oublie d&apos;où il vient</translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation>Rendre ordinaire</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Fusionner vers le bas</translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation>Peint encore une fois avec les mêmes mots&#xa0;; ce que vous acceptez prend sa place</translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation>«&#xa0;{name}&#xa0;» remplit son cadre, il n&apos;a donc pas de raccord.</translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation>«&#xa0;{name}&#xa0;» a été rempli&#xa0;; son raccord peut encore être changé.</translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;a pas été fait par le moteur, il n&apos;a donc pas de raccord.</translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation>Un autre changement</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Changements</translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation>Cliquez une image pour aller exactement jusque-là</translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation>Garder la composition</translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation>Peindre à partir du bruit propre de l&apos;image, pour que les formes restent où elles sont</translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation>Peindre le changement</translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation>L&apos;image à reformuler</translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation>L&apos;image à reformuler&#xa0;: cliquez ou déposez</translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation>Le chemin de 0 à 100 pour cent</translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Ajouter</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Supprimer</translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation>&amp;Intersection</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>Sélec&amp;tionner</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation>Nom de la sélection actuelle</translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation>S&amp;oustraire</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>&amp;Enregistrer</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>Sélections enregistrées</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Revenir à la valeur par défaut</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Changer les touches…</translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation>Choisir&#xa0;: {setting}</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation>Valeur par défaut&#xa0;: {setting}</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Prend effet au prochain démarrage.</translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation>Le moteur redémarre pour cela.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Annuler</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Trouver un réglage</translation>
    </message>
    <message>
        <source>Give the test up</source>
        <translation>Abandonner le test</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Aucun réglage n&apos;a ces mots.</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>Pages de réglages</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation>Redémarrez Easel pour que vos changements prennent effet.</translation>
    </message>
    <message>
        <source>What the test has shown</source>
        <translation>Ce que le test a montré</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation>Choisir une image</translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation>Du &amp;presse-papiers</translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation>&amp;Fichier d&apos;image…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation>Le c&amp;alque en cours</translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation>L&apos;image &amp;choisie dans le bac</translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation>Ce que &amp;montre le cadre</translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation>Déposez une image ici, ou cliquez pour en choisir une</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>vide</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation>Un résultat</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>Aucune image n&apos;est choisie&#xa0;; cliquez d&apos;abord sur l&apos;une d&apos;elles dans le bac.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Image collée</translation>
    </message>
    <message>
        <source>The frame</source>
        <translation>Le cadre</translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation>Le cadre est vide&#xa0;; déplacez-le d&apos;abord sur une image.</translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation>Il n&apos;y a ni image ni texte dans le presse-papiers&#xa0;; copiez-en d&apos;abord.</translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation>Il n&apos;y a rien sur ce calque&#xa0;; choisissez-en un avec une image.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation>Choisir ou télécharger un modèle</translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation>Appareil et réseau</translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation>Modèle en service&#xa0;: {title}</translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation>Pointeur, en pixels de l&apos;image</translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished">Rechercher</translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation>Taille du cadre</translation>
    </message>
    <message>
        <source>What the model is too weak for here</source>
        <translation>Ce pour quoi le modèle est trop faible ici</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>computing… {percent:.0f} % · Esc gives up</source>
        <translation>calcul… {percent:.0f}&#xa0;% · Échap abandonne</translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation>cadre {width} × {height}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>hors ligne</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">prêt</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>démarrage…</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>arrêté</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Colour; click to choose another one</source>
        <translation>Couleur&#xa0;; cliquez pour en choisir une autre</translation>
    </message>
    <message>
        <source>Options of the tool</source>
        <translation>Options de l&apos;outil</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Seconde couleur&#xa0;; cliquez pour peindre avec elle</translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation>Un panorama</translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation>Choisissez jusqu&apos;où l&apos;image doit aller. Ses cadres sont peints l&apos;un après l&apos;autre&#xa0;; Annuler arrête, et ce qui est peint reste.</translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation>Faites glisser le point sur le plan d&apos;une idée vers l&apos;autre, regardez l&apos;aperçu, puis appuyez sur Peindre le mélange.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>Gommer et décrire</translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation>De l&apos;été à l&apos;automne</translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation>Mélanger deux idées</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>Au-delà du bord</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation>Le cadre dépasse l&apos;image, et ce qui est vide est peint. Appuyez sur Étendre&#xa0;; glissez le cadre ailleurs et recommencez.</translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation>Le milieu de la pomme est masqué. Appuyez sur Remplir, choisissez une image dans le bac et appuyez sur Entrée. Le pinceau peint le masque (Q), la gomme l&apos;enlève.</translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation>La bande montre le chemin en cinq images. Cliquez l&apos;une d&apos;elles, ou déplacez le curseur, et peignez-la.</translation>
    </message>
</context>
<context>
    <name>TryTile</name>
    <message>
        <source>Try it: {title}</source>
        <translation>Essayer&#xa0;: {title}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation>0 garde l&apos;idée, 100 va aussi loin qu&apos;une autre</translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation>0 garde les choses à leur place, 100 les met n&apos;importe où</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tout</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Tout entier</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Choisie</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>Agrandir</translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation>Jusqu&apos;où la composition peut dériver</translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation>Jusqu&apos;où le sens peut dériver</translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation>Garder la composition, changer le sens</translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation>Garder le sens, changer la composition</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Calque</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Disposition</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Sens</translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation>Variations de</translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation>Variations de&#xa0;: {what}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>Ou essayez l&apos;un de ceux-ci, qui sont prêts&#xa0;:</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>Qu&apos;aimeriez-vous voir&#xa0;?</translation>
    </message>
    <message>
        <source>Write it above and press Enter, or drop or paste a picture. Everything is painted on this computer.</source>
        <translation>Écrivez-le ci-dessus et appuyez sur Entrée, ou déposez ou collez une image. Tout est peint sur cet ordinateur.</translation>
    </message>
</context>
<context>
    <name>WordsMenu</name>
    <message>
        <source>&amp;Add to the mix</source>
        <translation>&amp;Ajouter au mélange</translation>
    </message>
    <message>
        <source>&amp;Lead away from it</source>
        <translation>S’en é&amp;loigner</translation>
    </message>
    <message>
        <source>Looking for words…</source>
        <translation>Recherche de mots…</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words</source>
        <translation>Ce modèle ne peut pas comparer des images avec des mots</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Mots proches de cette image</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation>Fermer sans</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Couleur</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Idées</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Calques</translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation>Navigateur</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Résultat</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Rester</translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation>Il n&apos;y a pas encore d&apos;image à étendre&#xa0;; peignez, ouvrez ou générez-en une d&apos;abord.</translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation>Cette image n&apos;a pas été enregistrée. Fermée ainsi, elle se retrouve encore pendant 30 jours sous Fichier ▸ Récupérer.</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Outil</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Outils</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variations</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation>À &amp;propos d&apos;Easel</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>&amp;Accepter</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>&amp;Tout</translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation>A&amp;ppliquer le masque de calque</translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation>F&amp;lou…</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>Pin&amp;ceau</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ann&amp;uler</translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation>Toile se&amp;ule</translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation>&amp;Effacer le masque</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>C&amp;opier</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>Recadra&amp;ge</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Sombre</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>Éca&amp;rter</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>D&amp;upliquer</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>É&amp;dition</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>G&amp;omme</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation>É&amp;tendre l&apos;image…</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Favori</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>F&amp;ichier</translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation>Remplir &amp;de la couleur</translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation>Film entre deu&amp;x idées</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Ajuster</translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation>C&amp;adre</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>Gé&amp;nérer</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>&amp;Grouper</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>Éte&amp;ndre…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>G&amp;uide</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>&amp;Main</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Aide</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Co&amp;ntraste élevé</translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation>&amp;Teinte et saturation…</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>&amp;Inverser</translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation>Garder &amp;comme calque</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>&amp;Touches et gestes</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>&amp;Touches…</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>Ca&amp;lque</translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation>Ni&amp;veaux…</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>C&amp;lair</translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation>&amp;Masquer la sélection</translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation>Fusionner vers le &amp;bas</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>&amp;Miroir</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>Méla&amp;nger</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>Déplac&amp;er</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>N&amp;ouveau</translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation>Nouveau &amp;calque</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>Imag&amp;e suivante</translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation>A&amp;ucune</translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation>Pas &amp;comme celle-ci</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>O&amp;uvrir…</translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation>&amp;Peindre le masque</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>Co&amp;ller</translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation>Pixels &amp;du calque</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>Image &amp;précédente</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation>&amp;Récupérer…</translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation>Rec&amp;tangle et ellipse</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rétablir</translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation>Tout re&amp;fuser</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>E&amp;nregistrer</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>&amp;Sélection</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>Ré&amp;glages…</translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation>&amp;Montrer la galerie</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>Pinceau plu&amp;s petit</translation>
    </message>
    <message>
        <source>&amp;Soften the rim…</source>
        <translation>&amp;Adoucir le bord…</translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation>&amp;Surprends-moi</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Outils</translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation>Tourner d&apos;un &amp;quart</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation>&amp;Dégrouper</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>Re&amp;dresser</translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation>Reprendre ses ré&amp;glages</translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation>Variations de l&apos;image c&amp;hoisie</translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation>&amp;Varier</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>A&amp;ffichage</translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation>&amp;Baguette</translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation>Écrire &amp;le prompt</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>&amp;Zoom</translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation>&amp;Ajouter un masque de calque</translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation>Autour de l&apos;&amp;image</translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation>Autour de la &amp;sélection</translation>
    </message>
    <message>
        <source>Back along what was meant</source>
        <translation>Revenir le long du sens</translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation>Noi&amp;r sur blanc</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>E&amp;ffacer</translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation>&amp;Page Toile</translation>
    </message>
    <message>
        <source>Contact sheet of the mix</source>
        <translation>Planche contact du mélange</translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation>&amp;Copier la fusion</translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation>Page &amp;Créer</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>Co&amp;uper</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>Supp&amp;rimer</translation>
    </message>
    <message>
        <source>Dele&amp;te layer mask</source>
        <translation>Supprimer le masque de cal&amp;que</translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation>Tout agrandir quatre fois</translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation>Tout agrandir deux fois</translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation>Agrandir le calque quatre fois</translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation>Agrandir le calque deux fois</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Échap</translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation>P&amp;ipette</translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation>&amp;Cadre</translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation>Remp&amp;lissage et dégradé</translation>
    </message>
    <message>
        <source>Fill like a picture…</source>
        <translation>Remplir comme une image…</translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation>A&amp;juster le cadre</translation>
    </message>
    <message>
        <source>Fl&amp;ip horizontally</source>
        <translation>Retourner &amp;horizontalement</translation>
    </message>
    <message>
        <source>Flip verticall&amp;y</source>
        <translation>R&amp;etourner verticalement</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>Suivre le s&amp;ystème</translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation>&amp;Quatre de plus</translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation>Trans&amp;formation libre</translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation>&amp;Galerie</translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation>&amp;Pinceau plus dur</translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation>In&amp;verser le masque</translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation>Lasso et pol&amp;ygone</translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation>Voir d&apos;abord &amp;beaucoup d&apos;idées</translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation>Pi&amp;nceau plus grand</translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation>Moins &amp;d&apos;opacité</translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation>M&amp;odèles…</translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation>R&amp;efaire</translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation>&amp;Fusionner les calques visibles</translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation>Mélanger des &amp;idées</translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation>Plus comme ce&amp;lle-ci</translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation>Pl&amp;us d&apos;opacité</translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation>Nouvelle &amp;graine</translation>
    </message>
    <message>
        <source>Open the stack</source>
        <translation>Ouvrir la pile</translation>
    </message>
    <message>
        <source>Paint the layer&apos;s mask</source>
        <translation>Peindre le masque du calque</translation>
    </message>
    <message>
        <source>Paint the layer, not its mask</source>
        <translation>Peindre le calque, pas son masque</translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation>Coller &amp;sur place</translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation>Mettre sur la &amp;toile</translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation>Refor&amp;muler une image</translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation>&amp;Réinitialiser les panneaux</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>Rec&amp;hercher</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>&amp;Réduire…</translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation>Pinceau plus dou&amp;x</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Enregistrer &amp;sous…</translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation>Enregistrer une co&amp;pie…</translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation>Sélections enre&amp;gistrées…</translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation>Sélectionner le mas&amp;que</translation>
    </message>
    <message>
        <source>Sha&amp;rpen…</source>
        <translation>&amp;Netteté…</translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation>Éc&amp;hanger les couleurs</translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation>Tourner la &amp;vue</translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation>Le &amp;cadre</translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation>Le calque &amp;de nouveau, avec ses réglages</translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation>Essayer&#xa0;: &amp;gommer et décrire</translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation>Essayer&#xa0;: &amp;mélanger deux idées</translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation>&amp;Essayer&#xa0;: un panorama</translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation>Essayer&#xa0;: &amp;de l&apos;été à l&apos;automne</translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation>Essayer&#xa0;: au-delà du &amp;bord</translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation>Tourner à &amp;gauche</translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation>&amp;Tourner à droite</translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation>Variations de &amp;tout l&apos;ensemble</translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation>&amp;Variations du calque</translation>
    </message>
    <message>
        <source>Words near the picture</source>
        <translation>Mots proches de l’image</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Zoom a&amp;vant</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>&amp;Zoom arrière</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation>Ajouter comme calque</translation>
    </message>
    <message>
        <source>Fill like it</source>
        <translation>Remplir ainsi</translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation>Mélanger avec</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>Reprendre ses réglages</translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation>Entre des idées éloignées, le Starter peint des images baveuses&#xa0;: prenez pour celles-là un modèle plus grand.</translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation>Le Starter recommence les choses ici&#xa0;; un modèle plus grand les complète</translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation>Le Starter garde les formes grossières&#xa0;; un modèle plus grand garde le dessin</translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation>Le Starter peut couper des choses ici&#xa0;; un modèle plus grand les fait tenir</translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation>Le Starter mélange forme et couleur. Ce qu&apos;un modèle plus grand ajoute, c&apos;est le style d&apos;une idée sur le sujet d&apos;une autre.</translation>
    </message>
    <message>
        <source>The Starter only sharpens edges; a larger model adds detail.</source>
        <translation>Le Starter ne fait que rendre les bords plus nets&#xa0;; un modèle plus grand ajoute des détails.</translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation>Le Starter change bien les couleurs, grossièrement un animal en un autre, et à peine la saison, la lumière et le style&#xa0;: prenez pour cela un modèle plus grand.</translation>
    </message>
    <message>
        <source>The Starter varies outline and colour; a larger model pose and view too.</source>
        <translation>Le Starter varie le contour et la couleur&#xa0;; un modèle plus grand, aussi la pose et la vue.</translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation>Les idées du Starter pour un même prompt sont proches, comme le disent les nombres&#xa0;; un modèle plus grand en a davantage.</translation>
    </message>
</context>
</TS>
